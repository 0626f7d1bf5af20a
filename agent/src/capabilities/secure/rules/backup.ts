import type { BackupJob } from '../../../pve/inventory/types.ts';
import { pvePath } from '../../../pve/path.ts';
import { humanTime } from '../../human-time.ts';
import type { Edit } from '../action.ts';
import type { Facts } from '../facts.ts';
import type { Criticality } from '../profile.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { hasTag } from '../tags.ts';
import { fail, na, pass, unknown } from '../verdict.ts';

const hour = 3600;
/** Hours between two restore points that the class allows (catalogue 11.1). */
const rpoHours: Readonly<Record<Criticality, number>> = {
  critical: 4,
  prod: 24,
  standard: 24,
  dev: 168,
  lab: 168,
};
const tolerance = 1.5;

const exempt = ({ guest }: Facts): string | null => {
  if (guest.template) return 'A template can be built again; it is left out of the backup checks.';
  return hasTag(guest, 'nobackup', 'ephemeral') ? 'The guest is tagged as not to be backed up.' : null;
};

/** Whether a job takes the guest, enabled or not. A job pinned to another node never does. */
export function covers(job: BackupJob, { guest }: Facts): boolean {
  if (job.node !== undefined && job.node !== guest.node) return false;
  if (job.all) return !job.exclude.includes(guest.vmid);
  if (job.vmids.includes(guest.vmid)) return true;
  return job.pool !== undefined && job.pool === guest.pool && !job.exclude.includes(guest.vmid);
}

/** VM-SEC-027: nothing to restore from. A disabled job is no coverage, though PVE's own list counts it. */
export const backupCoverage = defineRule({
  severity: depends('high', [['critical'], 'critical']),
  needs: ['notBackedUp', 'backupJobs'],
  applies: exempt,
  evaluate: (facts, { notBackedUp, backupJobs }) => {
    const { vmid } = facts.guest;
    const listed = notBackedUp.includes(vmid);
    const jobs = backupJobs.filter((job) => covers(job, facts));
    const evidence = {
      path: listed ? '/cluster/backup-info/not-backed-up' : '/cluster/backup',
      key: 'backup job',
      value: jobs.length === 0 ? null : jobs.map(({ id }) => `${id} (disabled)`).join(', '),
      expected: 'an enabled job that includes the guest',
    };
    if (listed || jobs.length === 0) return fail([evidence]);
    if (!jobs.some(({ enabled }) => enabled)) {
      return fail([evidence], {
        note: 'Only disabled jobs include it; PVE lists it as covered all the same.',
      });
    }
    return age(facts);
  },
  remedy: (facts, { backupJobs }) => {
    if (backupJobs.some((job) => job.enabled && covers(job, facts))) {
      return {
        text: 'A job includes the guest, but it has no recent restore point: wait for the next run if the guest was just added, otherwise look at the last runs of the job.',
        actions: [],
      };
    }
    const job = backupJobs
      .filter(
        ({ enabled, all, pool, vmids, node }) =>
          enabled &&
          !all &&
          pool === undefined &&
          vmids.length > 0 &&
          (node === undefined || node === facts.guest.node),
      )
      .sort((a, b) => b.vmids.length - a.vmids.length || (a.id < b.id ? -1 : 1))[0];
    if (!job)
      return {
        text: 'No enabled job with a list of guests exists to add it to: create a backup job.',
        actions: [],
      };
    const rhythm = job.schedule === undefined ? '' : `, which runs at ${job.schedule}`;
    const rpo = rpoHours[facts.profile.criticality];
    return {
      text: `Add the guest to backup job ${job.id}${rhythm}. A guest of its class (${facts.profile.criticality}) should have a restore point every ${rpo} hours.`,
      actions: [join(facts, job)],
    };
  },
});

function age({ guest, backups, profile, now }: Facts) {
  const newest = backups.newest.get(guest.vmid);
  const limit = rpoHours[profile.criticality] * tolerance;
  const hours = newest === undefined ? Infinity : (now.getTime() / 1000 - newest) / hour;
  if (hours <= limit) return pass;
  if (backups.unread.length > 0) {
    return unknown(
      `an enabled job includes it, but whether there is a recent restore point could not be read: ${backups.unread.join('; ')}`,
    );
  }
  return fail([
    {
      path: '/nodes/{node}/storage/{storage}/prunebackups',
      key: 'newest restore point',
      value: newest === undefined ? null : humanTime(new Date(newest * 1000)),
      expected: `at most ${limit} h old`,
    },
  ]);
}

const join = ({ guest }: Facts, job: BackupJob): Edit => ({
  kind: 'edit',
  target: {
    object: 'cluster',
    path: pvePath`/cluster/backup/${job.id}`,
    values: { vmid: job.vmids.join(',') },
    digest: null,
    label: `Backup job ${job.id}`,
  },
  key: 'vmid',
  apply: (before) => [...(before ?? '').split(',').filter((id) => id !== ''), String(guest.vmid)].join(','),
  effect: 'live',
  risk: 'safe',
  caution: `The next run of the job takes longer and needs more room${job.storage === undefined ? '' : ` on storage ${job.storage}`}.`,
  rootOnly: false,
  irreversible: null,
  label: `include guest ${guest.vmid}`,
});

/** VM-SEC-029: whoever reads the backup storage reads a confidential guest. */
export const backupEncryption = defineRule({
  severity: depends('medium'),
  needs: ['backupJobs', 'storages'],
  applies: (facts) =>
    exempt(facts) ?? (facts.profile.confidential ? null : 'The guest is not tagged confidential.'),
  evaluate: (facts, { backupJobs, storages }) => {
    const jobs = backupJobs.filter((job) => job.enabled && covers(job, facts));
    if (jobs.length === 0) return na('No enabled job includes the guest (see the backup check).');
    const evidence = jobs.flatMap((job) => {
      const storage = storages.find((candidate) => candidate.storage === (job.storage ?? 'local'));
      if (storage?.type === 'pbs' && typeof storage['encryption-key'] === 'string') return [];
      const encrypted = storage?.type === 'pbs' ? 'encryption-key' : 'type';
      return [
        {
          path: '/storage',
          key: `${job.storage ?? 'local'} ${encrypted}`,
          value: typeof storage?.[encrypted] === 'string' ? storage[encrypted] : null,
          expected: 'a Proxmox Backup Server storage with an encryption key',
        },
      ];
    });
    return evidence.length === 0 ? pass : fail(evidence);
  },
});
