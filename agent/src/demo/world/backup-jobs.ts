import type { GuestState, Section } from '../state.ts';

const idsWhere = (guests: readonly GuestState[], matches: (guest: GuestState) => boolean): string =>
  guests
    .filter(matches)
    .map((guest) => guest.vmid)
    .sort((a, b) => a - b)
    .join(',');

/** Guests that no job names; `db-01` and `sql-01` only stand in the job that is switched off. */
const forgotten: ReadonlySet<number> = new Set([105, 113, 115]);

/** Guests that have a job of their own. */
const elsewhere: ReadonlySet<number> = new Set([101, 102, 104, 112, 117]);

/** Where a guest's archetype is one that backups forgot, its siblings are forgotten as well. */
const isForgotten = (guest: GuestState): boolean =>
  forgotten.has(guest.vmid) || /^(db|sql|erp)-/.test(guest.config.name ?? '');

/** The vzdump jobs of `/etc/pve/jobs.cfg`, by id. */
export const generateBackupJobs = (
  guests: readonly GuestState[],
  poolOf: ReadonlyMap<number, string>,
): Record<string, Section> => {
  const wanted = (guest: GuestState): boolean =>
    guest.config.template !== '1' && !isForgotten(guest) && poolOf.get(guest.vmid) !== 'lab';
  const common = {
    type: 'vzdump',
    mode: 'snapshot',
    'notes-template': '{{guestname}}',
    'notification-mode': 'notification-system',
  };
  return {
    'backup-nightly': {
      ...common,
      comment: 'production and infrastructure, every night',
      enabled: '1',
      schedule: '01:00',
      storage: 'pbs-main',
      'prune-backups': 'keep-daily=7,keep-weekly=4,keep-monthly=6',
      vmid: idsWhere(guests, (guest) => wanted(guest) && !elsewhere.has(guest.vmid)),
    },
    'backup-critical': {
      ...common,
      comment: 'directory, resolver and storage, every four hours',
      enabled: '1',
      schedule: '*/4:30',
      storage: 'pbs-main',
      'prune-backups': 'keep-last=6,keep-daily=14,keep-weekly=8,keep-monthly=12',
      vmid: '101,102,112',
    },
    'backup-confidential': {
      ...common,
      comment: 'encrypted, off-site',
      enabled: '1',
      schedule: '*/4:10',
      storage: 'pbs-offsite',
      'prune-backups': 'keep-daily=14,keep-monthly=12',
      vmid: '117',
    },
    'backup-databases': {
      ...common,
      comment: 'paused while the NAS was full',
      compress: 'zstd',
      enabled: '0',
      schedule: 'mon..fri 22:00',
      storage: 'nas',
      'prune-backups': 'keep-last=3',
      vmid: '105,115',
    },
    'backup-web': {
      ...common,
      comment: 'web servers on pve1',
      compress: 'zstd',
      enabled: '1',
      node: 'pve1',
      schedule: '03:00',
      storage: 'nas',
      'prune-backups': 'keep-last=3',
      vmid: '104',
    },
    'backup-lab': {
      ...common,
      comment: 'lab, once a week',
      compress: 'zstd',
      enabled: '1',
      pool: 'lab',
      schedule: 'sun 04:00',
      storage: 'nas',
      'prune-backups': 'keep-last=2',
    },
  };
};
