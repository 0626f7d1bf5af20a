import { disks } from '../../../pve/config/devices.ts';
import type { Evidence } from '../../types.ts';
import { isOn } from '../config-values.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { weakKeys } from '../ssh-keys.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const hasDrive = ({ config }: Facts): boolean => disks(config).some(({ kind }) => kind === 'cloudinit');

function serious(facts: Facts): readonly Evidence[] {
  const { cipassword, sshkeys } = facts.config.values;
  if (cipassword !== undefined)
    return [configEvidence(facts, 'cipassword', 'not set', '(a password is set)')];
  if (sshkeys === undefined)
    return hasDrive(facts) ? [configEvidence(facts, 'sshkeys', 'at least one key')] : [];
  const weak = weakKeys(sshkeys);
  return weak.length > 0
    ? [configEvidence(facts, 'sshkeys', 'Ed25519, ECDSA or RSA from 2048 bit', weak.join('; '))]
    : [];
}

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  applies: (facts) =>
    hasDrive(facts) ||
    facts.config.values.cipassword !== undefined ||
    facts.config.values.sshkeys !== undefined
      ? null
      : 'The VM is not set up by cloud-init.',
  evaluate: (facts) => {
    const found = serious(facts);
    if (found.length > 0) return failIfAny(found);
    const notes = [
      ...(facts.config.values.ciuser === 'root' ? [configEvidence(facts, 'ciuser', 'an ordinary user')] : []),
      ...(isOn(facts.config, 'ciupgrade', true) ? [] : [configEvidence(facts, 'ciupgrade', '1')]),
    ];
    return failIfAny(notes, 'info');
  },
});

export const vmSec032 = defineCheck({
  id: 'VM-SEC-032',
  title: 'Cloud-init password login / weak keys',
  scope: 'qemu',
  rule,
  why: 'A password that cloud-init sets can be guessed over the network, and weak or missing SSH keys leave it as the only way in.',
  advice:
    'Set sshkeys to strong keys, delete cipassword and renew the cloud-init image (PUT …/cloudinit). The password cannot be read back, so it is left to a person.',
  effect: 'The guest reads it at its next cloud-init run.',
  references: ['qm-cloud-init.adoc'],
});
