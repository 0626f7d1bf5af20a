import type { GuestState, TaskState } from '../state.ts';
import { backupRuns } from './backup-runs.ts';
import type { BackedUp } from './backup-runs.ts';
import type { Random } from './random.ts';

const DAY = 86_400;

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');

/** `UPID:node:pid:pstart:starttime:type:id:user:`, numbers in hex, as PVE writes them. */
export const upidOf = (
  { node, type, id, user, starttime }: Pick<TaskState, 'node' | 'type' | 'id' | 'user' | 'starttime'>,
  random: Random,
): string =>
  `UPID:${node}:${hex(random.between(1000, 4_000_000))}:${hex(random.between(10_000, 2_000_000_000))}:${hex(starttime)}:${type}:${id}:${user}:`;

const finished = (
  fields: Pick<TaskState, 'node' | 'type' | 'id' | 'user' | 'starttime'>,
  seconds: number,
  exitstatus: string,
  log: readonly string[],
  random: Random,
): TaskState => ({
  upid: upidOf(fields, random),
  ...fields,
  endtime: fields.starttime + seconds,
  exitstatus,
  log: [
    ...log,
    exitstatus === 'OK' || exitstatus.startsWith('WARNINGS')
      ? `TASK ${exitstatus}`
      : `TASK ERROR: ${exitstatus}`,
  ],
});

/** One nightly run of a job on one node, with the log that vzdump writes. */
const backupTasks = (cluster: BackedUp, now: number, random: Random): TaskState[] => {
  const groups = new Map<string, ReturnType<typeof backupRuns>>();
  for (const run of backupRuns(cluster, now, 3)) {
    const key = `${run.job} ${run.guest.node} ${Math.floor(run.time / DAY)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [run]);
    else group.push(run);
  }
  return [...groups.values()].map((runs) => {
    const [firstRun] = runs;
    if (firstRun === undefined) throw new RangeError('a backup run without guests');
    const { job, storage, guest, time } = firstRun;
    const log = [
      `INFO: starting new backup job: vzdump --job-id ${job} --storage ${storage} --quiet 1 --mode snapshot`,
    ];
    for (const run of runs.slice(0, 40)) {
      const label = run.guest.type === 'qemu' ? 'VM' : 'CT';
      log.push(
        `INFO: Starting Backup of ${label} ${run.guest.vmid} (${run.guest.type})`,
        `INFO: status = ${run.guest.status}`,
        `INFO: backup mode: ${run.guest.status === 'running' ? 'snapshot' : 'stop'}`,
        ...(run.ok
          ? [`INFO: Finished Backup of ${label} ${run.guest.vmid} (00:01:${String(random.between(10, 59))})`]
          : [
              'INFO: Error: error at "srv/ftp/in/0117.csv": Input/output error (os error 5)',
              `ERROR: Backup of ${label} ${run.guest.vmid} failed - command 'proxmox-backup-client backup' failed: exit code 255`,
              `INFO: Failed at ${new Date((run.time + 60) * 1000).toISOString().slice(0, 19).replace('T', ' ')}`,
            ]),
      );
    }
    const ok = runs.every((run) => run.ok);
    log.push(ok ? 'INFO: Backup job finished successfully' : 'INFO: Backup job finished with errors');
    return finished(
      { node: guest.node, type: 'vzdump', id: '', user: 'root@pam', starttime: time },
      60 * runs.length + random.between(5, 50),
      ok ? 'OK' : 'job errors',
      log,
      random,
    );
  });
};

/** Past tasks of the cluster, newest first: backups that worked and failed, starts, migrations, snapshots, updates. */
export const generateTasks = ({
  cluster,
  guests,
  now,
  random,
}: {
  cluster: BackedUp;
  guests: readonly GuestState[];
  now: number;
  random: Random;
}): TaskState[] => {
  const tasks = backupTasks(cluster, now, random);
  for (const guest of guests.slice(0, 200)) {
    if (guest.startedAt === null) continue;
    const qemu = guest.type === 'qemu';
    const fields = {
      node: guest.node,
      id: String(guest.vmid),
      user: 'root@pam',
      starttime: guest.startedAt - 2,
    };
    tasks.push(finished({ ...fields, type: qemu ? 'qmstart' : 'vzstart' }, 2, 'OK', [], random));
    for (const snapshot of Object.values(guest.snapshots)) {
      tasks.push(
        finished(
          { ...fields, type: qemu ? 'qmsnapshot' : 'vzsnapshot', starttime: snapshot.snaptime },
          snapshot.vmstate ? 48 : 3,
          'OK',
          snapshot.vmstate
            ? [
                "saving VM state and RAM using storage 'local-lvm'",
                'completed saving the VM state in 44s, saved 11.21 GiB',
              ]
            : [],
          random,
        ),
      );
    }
  }
  const task = (
    node: string,
    type: string,
    id: string,
    user: string,
    daysAgo: number,
    seconds: number,
    status: string,
    log: readonly string[],
  ): void => {
    tasks.push(
      finished(
        { node, type, id, user, starttime: now - Math.round(daysAgo * DAY) },
        seconds,
        status,
        log,
        random,
      ),
    );
  };
  task('pve1', 'qmigrate', '104', 'operator@pve', 74.2, 71, 'OK', [
    "starting migration of VM 104 to node 'pve2' (10.20.50.12)",
    "starting VM 104 on remote node 'pve2'",
    'migration finished successfully (duration 00:01:11)',
  ]);
  task('pve3', 'qmigrate', '110', 'operator@pve', 12.4, 4, 'migration aborted', [
    "starting migration of VM 110 to node 'pve1' (10.20.50.11)",
    'ERROR: online migrate failure - remote command failed with exit code 255',
    'ERROR: migration aborted (duration 00:00:04): online migrate failure',
  ]);
  task('pve2', 'aptupdate', '', 'root@pam', 0.4, 6, 'OK', [
    'starting apt-get update',
    'update new package list: /var/lib/pve-manager/pkgupdates',
  ]);
  task('pve3', 'qmshutdown', '119', 'developer@pve', 2.1, 62, 'VM quit/powerdown failed - got timeout', []);
  task('pve3', 'qmstop', '119', 'developer@pve', 2.0, 1, 'OK', []);
  task('pve1', 'imgdel', 'local-lvm:vm-141-disk-0', 'root@pam', 20.3, 1, 'OK', [
    '  Logical volume "vm-141-disk-0" successfully removed.',
  ]);
  return tasks.sort((a, b) => b.starttime - a.starttime || (a.upid < b.upid ? -1 : 1));
};
