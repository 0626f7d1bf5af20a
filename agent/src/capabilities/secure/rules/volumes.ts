import { disks } from '../../../pve/config/devices.ts';
import type { Disk } from '../../../pve/config/types.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';

const template = ({ guest }: Facts): string | null =>
  guest.template ? 'A template is left out of the backup checks.' : null;

const leftOut = (facts: Facts, kinds: readonly Disk['kind'][]): readonly Disk[] =>
  disks(facts.config).filter(({ kind, backup }) => kinds.includes(kind) && !backup);

/** VM-SEC-028: a disk that no backup holds. */
export const diskInBackup = defineRule({
  severity: always('high'),
  needs: [],
  applies: template,
  evaluate: (facts) =>
    failIfAny(
      leftOut(facts, ['disk', 'efidisk', 'tpmstate']).map(({ key }) =>
        configEvidence(facts, key, 'no backup=0'),
      ),
    ),
  remedy: (facts) => ({
    text: 'Include the disk in backups (remove backup=0). The next backup grows by its content.',
    actions: leftOut(facts, ['disk', 'efidisk', 'tpmstate']).map(({ key }) =>
      setSubkeys(
        facts,
        key,
        { backup: null },
        {
          label: `include ${key} in backups`,
          effect: 'live',
          caution: 'The next backup needs room for the content of the disk.',
        },
      ),
    ),
  }),
});

/** CT-SEC-017: PVE leaves a mount point out unless `backup=1`; the root disk is always in. */
export const mountInBackup = defineRule({
  severity: always('high'),
  needs: [],
  applies: template,
  evaluate: (facts) =>
    failIfAny(leftOut(facts, ['mount']).map(({ key }) => configEvidence(facts, key, 'backup=1'))),
  remedy: (facts) => ({
    text: 'Include the mount point in backups (backup=1).',
    actions: leftOut(facts, ['mount']).map(({ key }) =>
      setSubkeys(
        facts,
        key,
        { backup: '1' },
        {
          label: `include ${key} in backups`,
          caution: 'The next backup needs room for the content of the mount point.',
        },
      ),
    ),
  }),
});
