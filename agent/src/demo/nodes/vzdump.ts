import { includedGuests } from '../cluster/backup-coverage.ts';
import { backupStorage, checkBackupParams, verifyVzdumpParams } from '../cluster/backup-rules.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { asSection, isTrue, textOrEmpty, splitList, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { checkVolumeAccess, enabledStorage, holds, volumesOn } from '../storage/access.ts';
import { parseRetention } from '../storage/prune.ts';
import { configText } from './config-text.ts';
import { guestSteps, type BackupRun } from './vzdump-steps.ts';

/** `POST /nodes/{node}/vzdump`: backs up guests that are on this node; those elsewhere are left out. */
const backup = (context: DemoContext): string => {
  const { state, caller, params, now } = context;
  const node = nodeOf(context);
  const options = asSection(params, ['node']);
  if (isTrue(options.stdout)) {
    refuseParams({ stdout: 'option is only allowed on the command line interface.' });
  }
  checkBackupParams(context, options);
  const storage = backupStorage(options);
  if (options['prune-backups'] !== undefined) {
    parseRetention(options['prune-backups']);
    if (storage && caller.userid !== 'root@pam') {
      caller.require(`/storage/${storage}`, ['Datastore.Allocate']);
    }
  }
  verifyVzdumpParams(options, true);
  if (isTrue(options.stop)) {
    caller.require(`/nodes/${node.name}`, ['Sys.Modify']);
    for (const task of state.tasks) {
      if (task.node === node.name && task.type === 'vzdump' && task.endtime === undefined) {
        context.stopTask?.(task.upid);
      }
    }
  }
  const all = includedGuests(state, options);
  const here = all.filter((vmid) => (state.guests[vmid]?.node ?? node.name) === node.name);
  const elsewhere = all.filter((vmid) => !here.includes(vmid));
  if (here.length === 0 && (isTrue(options.stop) || !isTrue(options.all))) return 'OK';
  if (storage === undefined) return die("the demo cluster backs up to storages only, not to a 'dumpdir'");
  caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
  const { section: target } = enabledStorage(context, storage);
  if (!holds(target, 'backup')) {
    die(`can't use storage '${storage}' for backups - wrong content type`);
  }
  const single = here.length === 1 ? here[0] : undefined;
  const result = { failed: 0 };
  const run: BackupRun = {
    state,
    caller,
    node,
    options,
    storage,
    target,
    now,
    skipDenied: isTrue(options.all),
    locks: single === undefined,
  };
  const command = Object.entries(options)
    .filter(([key]) => key !== 'vmid')
    .map(([key, value]) => ` --${key} ${value}`)
    .join('');
  return context.startTask({
    node: node.name,
    type: 'vzdump',
    id: single === undefined ? '' : String(single),
    ...(single === undefined || !state.guests[single] ? {} : { lock: { vmid: single, lock: 'backup' } }),
    steps: [
      { log: `INFO: starting new backup job: vzdump ${splitList(options.vmid).join(' ')}${command}` },
      ...(elsewhere.length > 0 ? [{ log: `INFO: skip external VMs: ${elsewhere.join(', ')}` }] : []),
      ...here.flatMap((vmid) => guestSteps(run, vmid, result)),
      {
        apply: () => {
          if (result.failed > 0) die('job errors');
        },
      },
      { log: 'INFO: Backup job finished successfully' },
    ],
  });
};

const hidden = ['mailto', 'tmpdir', 'dumpdir', 'script', 'ionice'];

const defaults = (context: DemoContext): unknown => {
  const { state, caller, params } = context;
  const node = nodeOf(context).name;
  const storage = text(params, 'storage') ?? 'local';
  caller.require(`/storage/${storage}`, ['Datastore.Audit', 'Datastore.AllocateSpace'], { any: true });
  const section = state.storages[storage] ?? die(`storage '${storage}' does not exist`);
  if (!holds(section, 'backup')) {
    die(`can't use storage '${storage}' for backups - wrong content type`);
  }
  const whole: Record<string, unknown> = {
    all: 0,
    bwlimit: 0,
    compress: '0',
    ionice: 7,
    lockwait: 180,
    mailnotification: 'always',
    mode: 'snapshot',
    'notification-mode': 'auto',
    pigz: 0,
    protected: 0,
    quiet: 0,
    remove: 1,
    stdexcludes: 1,
    stop: 0,
    stopwait: 10,
    zstd: 1,
    storage,
    ...(section['prune-backups'] === undefined ? {} : { 'prune-backups': section['prune-backups'] }),
  };
  if (caller.can(`/nodes/${node}`, ['Sys.Audit'])) return whole;
  return Object.fromEntries(Object.entries(whole).filter(([key]) => !hidden.includes(key)));
};

const extractConfig = (context: DemoContext): string => {
  const { state, caller, params } = context;
  const volid = textOrEmpty(params, 'volume');
  const storage = volid.split(':')[0] ?? '';
  if (!volid.includes(':')) return die('Only root can pass arbitrary filesystem paths.');
  const { node } = enabledStorage(context, storage);
  const volume =
    volumesOn(state, storage, node.name).find((entry) => entry.volid === volid) ??
    die(`volume '${volid}' does not exist`);
  if (volume.content !== 'backup') {
    die(`unable to use volume ${volid} - content type needs to be 'backup'`);
  }
  checkVolumeAccess(caller, volume);
  if (volume.vmid !== undefined) caller.require(`/vms/${volume.vmid}`, ['VM.Backup']);
  if (volume.guestConfig !== undefined) return volume.guestConfig;
  // backups that the generated world begins with were taken of the guest as it is now
  const guest = volume.vmid === undefined ? undefined : state.guests[volume.vmid];
  return guest ? configText(guest) : die(`unable to extract the guest configuration from '${volid}'`);
};

export const vzdumpEndpoints: readonly DemoEndpoint[] = [
  { method: 'POST', path: '/nodes/{node}/vzdump', handle: backup },
  { method: 'GET', path: '/nodes/{node}/vzdump/defaults', handle: defaults },
  { method: 'GET', path: '/nodes/{node}/vzdump/extractconfig', handle: extractConfig },
];
