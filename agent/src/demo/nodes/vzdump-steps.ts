import { backupVolumes } from '../cluster/backup-coverage.ts';
import { fillNotes } from '../cluster/backup-rules.ts';
import { isTrue } from '../params.ts';
import { die } from '../refuse.ts';
import { guestName } from '../cluster/rows.ts';
import type { Caller, TaskPlan } from '../endpoint.ts';
import type { DemoState, GuestState, NodeState, Section, VolumeState } from '../state.ts';
import { contentFolder, placeOf } from '../storage/access.ts';
import { parseRetention, pruneRows, applyPrune } from '../storage/prune.ts';
import { configText } from './config-text.ts';

type Step = TaskPlan['steps'][number];

/** One vzdump run: where it runs, with which options, for whom. */
export interface BackupRun {
  readonly state: DemoState;
  readonly caller: Caller;
  readonly node: NodeState;
  readonly options: Readonly<Section>;
  readonly storage: string;
  readonly target: Section;
  /** Unix seconds. */
  readonly now: number;
  /** Whether a missing right skips the guest instead of failing it. */
  readonly skipDenied: boolean;
  /** Whether the steps lock the guest; a run over one guest leaves that to its task. */
  readonly locks: boolean;
}

const GIB = 1024 ** 3;

const stamp = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

/** Compressor → file extension and the share of the data that is left. */
const compressors: Readonly<Record<string, readonly [extension: string, share: number]>> = {
  '0': ['', 0.8],
  '1': ['.lzo', 0.5],
  lzo: ['.lzo', 0.5],
  gzip: ['.gz', 0.4],
  zstd: ['.zst', 0.38],
};

const usedBytes = (state: DemoState, guest: GuestState): { size: number; used: number } => {
  let size = 0;
  let used = 0;
  for (const { volume, included } of backupVolumes(guest)) {
    const found = included ? state.volumes.find((entry) => entry.volid === volume) : undefined;
    if (!found) continue;
    size += found.size;
    used += found.used ?? found.size;
  }
  return { size, used };
};

/** The volume that a backup of a guest becomes. */
const archiveOf = (run: BackupRun, guest: GuestState): VolumeState => {
  const { storage, target, options, now, node, state } = run;
  const pbs = target.type === 'pbs';
  const { size, used } = usedBytes(state, guest);
  const [extension, share] = compressors[options.compress ?? '0'] ?? ['', 0.8];
  const kind = guest.type === 'qemu' ? 'vm' : 'ct';
  const archive = guest.type === 'qemu' ? 'vma' : 'tar';
  const name = stamp(now).replaceAll('-', '_').replace(' ', '-').replaceAll(':', '_');
  return {
    volid: pbs
      ? `${storage}:backup/${kind}/${guest.vmid}/${stamp(now).replace(' ', 'T')}Z`
      : `${storage}:backup/vzdump-${guest.type}-${guest.vmid}-${name}.${archive}${extension}`,
    storage,
    ...placeOf(target, node),
    content: 'backup',
    format: pbs ? `pbs-${kind}` : `${archive}${extension}`,
    size: Math.max(4096, pbs ? size : Math.floor(used * share)),
    vmid: guest.vmid,
    ctime: Math.floor(now),
    guestConfig: configText(guest),
    ...(target['encryption-key'] === undefined ? {} : { encrypted: target['encryption-key'].slice(0, 23) }),
  };
};

const diskLines = (guest: GuestState, sizeOf: (volume: string) => number): string[] =>
  backupVolumes(guest).map(({ key, volume, included, reason }) => {
    if (guest.type === 'lxc') {
      const mount = key === 'rootfs' ? '/' : (/(?:^|,)mp=([^,]+)/.exec(guest.config[key] ?? '')?.[1] ?? '');
      return included
        ? `INFO: including mount point ${key} ('${mount}') in backup`
        : `INFO: excluding volume mount point ${key} ('${mount}') from backup (${reason})`;
    }
    return included
      ? `INFO: include disk '${key}' '${volume}' ${(sizeOf(volume) / GIB).toFixed(0)}G`
      : `INFO: exclude disk '${key}' '${volume}' (${reason})`;
  });

/** Mode that really runs: a stopped guest needs none of the others. */
const modeOf = (guest: GuestState, options: Readonly<Section>): string =>
  guest.status === 'stopped' ? 'stop' : (options.mode ?? 'snapshot');

const checkLimits = (run: BackupRun, guest: GuestState, retention: string | undefined): void => {
  const { state, storage, options, target } = run;
  const own = state.volumes.filter(
    (volume) => volume.storage === storage && volume.content === 'backup' && volume.vmid === guest.vmid,
  );
  const safe = own.filter((volume) => volume.protected).length;
  if (isTrue(options.protected)) {
    // unlimited for whom may allocate on the storage, else five
    const limit = Number(target['max-protected-backups'] ?? '5');
    const unlimited =
      target['max-protected-backups'] === undefined &&
      run.caller.can(`/storage/${storage}`, ['Datastore.Allocate']);
    if (!unlimited && limit > -1 && safe >= limit) {
      die(`The number of protected backups per guest is limited to ${limit} on storage '${storage}'`);
    }
    return;
  }
  const keep = retention === undefined ? {} : parseRetention(retention);
  const limit = keep['keep-all'] ? 0 : Object.values(keep).reduce((sum, count) => sum + count, 0);
  if (limit && options.remove === '0' && own.length - safe >= limit) {
    die(
      `There is a max backup limit of ${limit} enforced by the target storage or the vzdump parameters. Either increase the limit or delete old backups.`,
    );
  }
};

/** A step whose log line is decided when it is reached. */
const lazyStep = (log: () => string | undefined, delayMs: number, apply: () => void): Step =>
  Object.defineProperty({ delayMs, apply }, 'log', { get: log, enumerable: true });

/** The log lines and effects of one guest's backup, in vzdump's order; a failure of one guest leaves the next alone. */
export const guestSteps = (run: BackupRun, vmid: number, result: { failed: number }): Step[] => {
  const { state, caller, target, options, storage, node, now } = run;
  let failure: string | undefined;
  let skipped = false;
  let locked = false;
  let stopped = false;
  let volume: VolumeState | undefined;
  const alive = (): boolean => failure === undefined && !skipped;
  const step = (log: () => string | undefined, delayMs = 0, apply?: () => void): Step =>
    lazyStep(
      () => (alive() ? log() : undefined),
      delayMs,
      () => {
        if (!alive() || !apply) return;
        try {
          apply();
        } catch (error) {
          failure = error instanceof Error ? error.message : String(error);
        }
      },
    );
  const guest = state.guests[vmid];
  const retention = options['prune-backups'] ?? target['prune-backups'];
  const began = `INFO: Starting Backup of VM ${vmid} (${guest?.type ?? 'unknown'})\nINFO: Backup started at ${stamp(now)}`;
  if (!guest) {
    return [
      {
        log: `ERROR: Backup of VM ${vmid} failed - unable to find VM '${vmid}'\nINFO: Failed at ${stamp(now)}`,
        apply: () => void (result.failed += 1),
      },
    ];
  }
  const mode = modeOf(guest, options);
  const stops = mode === 'stop' && guest.status !== 'stopped';
  const agent = guest.status === 'running' && /(^|,|enabled=)1/.test(guest.config.agent ?? '');
  const steps: Step[] = [
    step(
      () => undefined,
      0,
      () => {
        const path = `/vms/${vmid}`;
        if (run.skipDenied) skipped = !caller.can(path, ['VM.Backup']);
        else caller.require(path, ['VM.Backup']);
      },
    ),
    step(() => began),
    step(
      () => `INFO: status = ${guest.status}`,
      100,
      () => {
        if (run.locks) {
          if (guest.config.lock) {
            die(`${guest.type === 'qemu' ? 'VM' : 'CT'} is locked (${guest.config.lock})`);
          }
          guest.config.lock = 'backup';
          locked = true;
        }
        checkLimits(run, guest, retention);
        volume = archiveOf(run, guest);
        if (stops) {
          guest.status = 'stopped';
          guest.startedAt = null;
          stopped = true;
        }
      },
    ),
    step(() => `INFO: ${guest.type === 'qemu' ? 'VM' : 'CT'} Name: ${guestName(guest) ?? ''}`),
    step(() =>
      diskLines(guest, (id) => state.volumes.find((entry) => entry.volid === id)?.size ?? 0).join('\n'),
    ),
    step(() => `INFO: backup mode: ${mode}\nINFO: ionice priority: ${options.ionice ?? '7'}`),
    ...(stops ? [step(() => 'INFO: stopping virtual guest')] : []),
    ...(Object.keys(guest.snapshots).length > 0
      ? [step(() => 'INFO: snapshots found (not included into backup)')]
      : []),
    step(() => {
      const file = volume?.volid.slice(volume.volid.indexOf(':') + 1).replace(/^backup\//, '') ?? '';
      return target.type === 'pbs'
        ? `INFO: creating Proxmox Backup Server archive '${file}'`
        : `INFO: creating vzdump archive '${contentFolder(target, 'backup')}/${file}'`;
    }),
    ...(agent
      ? [
          step(() => "INFO: issuing guest-agent 'fs-freeze' command", 200),
          step(() => "INFO: issuing guest-agent 'fs-thaw' command", 200),
        ]
      : []),
    ...[3, 27, 52, 78, 100].map((percent) =>
      step(
        () =>
          `INFO: ${String(percent).padStart(3)}% (${((usedBytes(state, guest).size * percent) / 100 / GIB).toFixed(1)} GiB of ${(usedBytes(state, guest).size / GIB).toFixed(1)} GiB)`,
        300,
      ),
    ),
    step(
      () => `INFO: archive file size: ${((volume?.size ?? 0) / GIB).toFixed(2)}GB`,
      0,
      () => {
        if (volume) state.volumes.push(volume);
      },
    ),
    ...(options['notes-template']
      ? [
          step(
            () => 'INFO: adding notes to backup',
            0,
            () => {
              if (!volume) return;
              volume.notes = fillNotes(options['notes-template'] ?? '', {
                cluster: state.clusterName,
                guestname: guestName(guest) ?? `VM ${vmid}`,
                node: node.name,
                vmid: String(vmid),
              });
            },
          ),
        ]
      : []),
    ...(isTrue(options.protected)
      ? [
          step(
            () => 'INFO: marking backup as protected',
            0,
            () => {
              if (volume) volume.protected = true;
            },
          ),
        ]
      : []),
  ];
  if (options.remove !== '0' && retention !== undefined && !retention.includes('keep-all=1')) {
    let pruned = 0;
    const keep = parseRetention(retention);
    const rows = (): ReturnType<typeof pruneRows> =>
      pruneRows(state, { storage, node: node.name, vmid, type: guest.type }, keep).filter(
        (row) => row.mark === 'remove',
      );
    steps.push(
      step(() => `INFO: prune older backups with retention: ${retention.split(',').sort().join(', ')}`),
      step(
        () =>
          rows()
            .map((row) => `INFO: removing backup '${row.volid}'`)
            .join('\n') || undefined,
        100,
        () => {
          pruned = applyPrune(state, rows()).length;
        },
      ),
      step(
        () => `INFO: pruned ${pruned} backup(s)${pruned > 0 ? ' not covered by keep-retention policy' : ''}`,
      ),
    );
  }
  steps.push(
    lazyStep(
      () => {
        if (skipped) return undefined;
        const restart = stops ? 'INFO: restarting vm\n' : '';
        return failure === undefined
          ? `${restart}INFO: Finished Backup of VM ${vmid} (00:00:03)\nINFO: Backup finished at ${stamp(now + 3)}`
          : `ERROR: Backup of VM ${vmid} failed - ${failure}\nINFO: Failed at ${stamp(now)}`;
      },
      0,
      () => {
        if (locked) Reflect.deleteProperty(guest.config, 'lock');
        if (stopped) {
          guest.status = 'running';
          guest.startedAt = Math.floor(now) + 3;
        }
        if (failure !== undefined) result.failed += 1;
      },
    ),
  );
  return steps;
};
