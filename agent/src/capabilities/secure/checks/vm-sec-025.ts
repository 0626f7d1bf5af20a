import { family, sub } from '../config-values.ts';
import { configEvidence } from '../facts.ts';
import { isUnder } from '../paths.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const sensitive = ['/etc', '/root', '/var/lib/vz', '/mnt/pve'];

const rule = defineRule({
  severity: always('medium'),
  needs: ['dirMappings'],
  applies: ({ config }) => (family(config, 'virtiofs').length > 0 ? null : 'No host directory is shared.'),
  evaluate: (facts, { dirMappings }) => {
    const shares = family(facts.config, 'virtiofs');
    const paths = shares.flatMap((key) => dirMappings[sub(facts.config, key, 'dirid') ?? ''] ?? []);
    const worse = paths.some((path) => path === '/' || sensitive.some((root) => isUnder(path, root)));
    return fail(
      shares.map((key) => configEvidence(facts, key, 'a narrow directory, or not set')),
      {
        ...(worse ? { severity: 'high' as const } : {}),
        note:
          paths.length > 0
            ? `Shared: ${[...new Set(paths)].join(', ')}.`
            : 'The directory mapping does not exist.',
      },
    );
  },
});

export const vmSec025 = defineCheck({
  id: 'VM-SEC-025',
  title: 'Host directory shared by virtiofs',
  scope: 'qemu',
  rule,
  why: 'The VM reads and writes a directory of the host through a daemon that runs as root there.',
  advice:
    'Narrow the mapped path to what the VM needs, or remove the share. Removing it takes the mount away from the guest.',
  effect: 'At the next stop and start.',
  references: ['qm.adoc "Virtio-fs"'],
  exceptions: ['virtiofs'],
});
