import { sub } from '../config-values.ts';
import { isWindows } from '../config-values.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, read } from '../facts.ts';
import { defineRule, type Remedy } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { atLeast } from '../versions.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  applies: ({ config }) =>
    sub(config, 'efidisk0', 'pre-enrolled-keys') === '1'
      ? null
      : 'No Secure Boot keys are enrolled (VM-SEC-014).',
  evaluate: (facts) =>
    sub(facts.config, 'efidisk0', 'ms-cert') === '2023k'
      ? pass
      : fail([configEvidence(facts, 'efidisk0', 'ms-cert=2023k')], {
          ...(isWindows(facts.config) ? { severity: 'high' as const } : {}),
        }),
  remedy: (facts): Remedy => {
    const packages = read(facts, 'packages');
    if (!packages.known)
      return { text: `Enrol the certificates of 2023. Not offered: ${packages.reason}.`, actions: [] };
    if (!atLeast(packages.value['qemu-server'], '9.1.4')) {
      return { text: 'Upgrade the node first: enrolling needs qemu-server 9.1.4 or newer.', actions: [] };
    }
    const windows = isWindows(facts.config);
    return {
      text: 'Enrol the certificates of 2023 next to those of 2011.',
      actions: [
        setSubkeys(
          facts,
          'efidisk0',
          { 'ms-cert': '2023k' },
          {
            label: 'enrol the Secure Boot certificates of 2023',
            risk: windows ? 'disruptive' : 'safe',
            irreversible:
              'Certificates that are enrolled in the NVRAM stay there; the old ones remain valid beside them.',
            ...(windows
              ? {
                  caution:
                    'BitLocker asks for its recovery key at the next start unless its protectors are suspended before.',
                }
              : {}),
          },
        ),
      ],
    };
  },
});

export const vmSec015 = defineCheck({
  id: 'VM-SEC-015',
  title: 'Secure-boot CA 2011 only (expired June 2026)',
  scope: 'qemu',
  rule,
  why: 'The certificate of 2011 in this VM expired in June 2026: newer boot loaders are refused, and revoked ones are not.',
  advice:
    'Set ms-cert=2023k on efidisk0 (qemu-server 9.1.4 or newer). For Windows with BitLocker suspend the protectors first.',
  effect: 'At the next cold start; certificates are added and stay.',
  references: ['qm.adoc "Secure Boot Certificate Expiration"'],
});
