import { multiTenant } from '../access.ts';
import { isUnprivileged } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { rawLines } from '../rules/raw-lines.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: depends('info', [['multi-tenant'], 'low']),
  needs: ['acl', 'roles', 'users'],
  applies: (facts) => {
    if (!isUnprivileged(facts.config)) return 'The container is privileged (CT-SEC-001).';
    const mapped = rawLines(facts, ({ key }) => key === 'lxc.idmap').length > 0;
    return mapped ? 'The container has an id map of its own (CT-SEC-005).' : null;
  },
  evaluate: (facts) => {
    const tenants = multiTenant(facts.cluster);
    if (!tenants.known) return unknown(tenants.reason);
    if (!tenants.value) return pass;
    // Pools are what PVE separates parties by.
    const pools = new Set(
      facts.inventory.guests
        .filter(({ type, node }) => type === 'lxc' && node === facts.guest.node)
        .map(({ pool }) => pool ?? ''),
    );
    return pools.size > 1
      ? fail([configEvidence(facts, 'lxc.idmap', 'a range of its own (default: 100000 to 165535)')])
      : pass;
  },
});

export const ctSec006 = defineCheck({
  id: 'CT-SEC-006',
  title: 'All unprivileged containers share one UID range',
  scope: 'lxc',
  rule,
  why: 'Containers of different parties have the same ids on the host: one that gets out may touch the files of all others.',
  advice:
    'Give each party a range of its own by lxc.idmap, as root on the node; file owners have to be changed.',
  effect: 'Needs the container stopped; file owners change.',
  references: ['pve-container default idmap'],
});
