import { z } from 'zod';
import { maybe, pveFlag, pveNumber, pveText } from '../client/pve-values.ts';
import { given } from './resources.ts';
import type { BackupJob } from './types.ts';

/** `100,101;102` as VMIDs. */
const vmidList = pveText.transform((text) =>
  text
    .split(/[;,\s]+/)
    .filter((part) => part !== '')
    .map(Number),
);

export const backupJobsSchema = z.array(
  z
    .looseObject({
      id: z.string(),
      enabled: maybe(pveFlag),
      all: maybe(pveFlag),
      vmid: maybe(vmidList),
      exclude: maybe(vmidList),
      pool: maybe(z.string()),
      node: maybe(z.string()),
      storage: maybe(z.string()),
      schedule: maybe(z.string()),
    })
    .transform(({ id, enabled, all, vmid, exclude, pool, node, storage, schedule }): BackupJob => ({
      id,
      // A job without the key is active.
      enabled: enabled ?? true,
      all: all ?? false,
      vmids: vmid ?? [],
      exclude: exclude ?? [],
      ...given({ pool, node, storage, schedule }),
    })),
);

export const notBackedUpSchema = z
  .array(z.looseObject({ vmid: pveNumber }))
  .transform((rows) => rows.map((row) => row.vmid).sort((a, b) => a - b));
