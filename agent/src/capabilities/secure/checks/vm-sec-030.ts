import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const week = 7 * 24 * 3600;

const rule = defineRule({
  severity: always('medium'),
  needs: ['snapshots'],
  evaluate: (facts, { snapshots }) =>
    failIfAny(
      snapshots
        .filter(
          ({ vmstate, snaptime }) =>
            vmstate && snaptime !== undefined && facts.now.getTime() / 1000 - snaptime > week,
        )
        .map(({ name, snaptime }) => ({
          path: `${facts.path}/snapshot`,
          key: `snapshot ${name}`,
          value: `with RAM, ${new Date((snaptime ?? 0) * 1000).toISOString().slice(0, 10)}`,
          expected: 'no RAM, or younger than 7 days',
        })),
    ),
});

export const vmSec030 = defineCheck({
  id: 'VM-SEC-030',
  title: 'Snapshot keeps guest RAM',
  scope: 'qemu',
  rule,
  why: 'The snapshot holds the memory of the VM, with the keys and passwords that were in it.',
  advice:
    'Delete the snapshot if nobody needs to go back to it. Deleting cannot be undone and causes disk load.',
  effect: 'Not undone.',
  references: ['qm.adoc snapshots', 'DIAG WG0035'],
});
