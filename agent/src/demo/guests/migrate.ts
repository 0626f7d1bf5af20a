import { parseProperty, subkey } from '../../pve/config/property.ts';
import type { DemoContext, DemoEndpoint, TaskPlan } from '../endpoint.ts';
import type { DemoState, GuestState } from '../state.ts';
import { accessTo, requireOnGuest } from './access.ts';
import { moveVolume, ownVolumes } from './copy-volume.ts';
import { isCdrom, isCloudinit, isManaged, volumeEntries } from './drives.ts';
import { nodesWithStorages } from './features.ts';
import {
  assertRootOptions,
  assertUnlocked,
  guestEndpoint,
  guestKind,
  haResource,
  isRunning,
} from './lookup.ts';
import { flag, textOrEmpty, text } from '../params.ts';
import { startGuest, stopGuest } from './power.ts';
import { die, refuseParams } from '../refuse.ts';
import { enabledStorage, hasContent, isAvailable, isShared } from './storages.ts';
import { parseVolid } from './volumes.ts';

/** Devices of the node that the VM holds: it cannot leave with them. */
const localResources = ({ config }: GuestState): string[] =>
  Object.entries(config)
    .filter(([key, value]) => {
      if (key === 'ivshmem' || /^parallel\d+$/.test(key)) return true;
      if (/^serial\d+$/.test(key)) return value !== 'socket';
      if (!/^(?:usb|hostpci)\d+$/.test(key)) return false;
      const host = subkey(parseProperty('qemu', key, value), 'host');
      return host !== undefined && host.toLowerCase() !== 'spice';
    })
    .map(([key]) => key);

const mappedResources = ({
  config,
}: GuestState): Record<string, { name: string; 'live-migration': number }> =>
  Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      if (!/^(?:usb|hostpci|virtiofs)\d+$/.test(key)) return [];
      const device = parseProperty('qemu', key, value);
      const name = subkey(device, 'mapping') ?? subkey(device, 'dirid');
      return name === undefined ? [] : [[key, { name, 'live-migration': 0 }]];
    }),
  );

const onShared = (state: DemoState, volid: string): boolean =>
  isShared(state.storages[parseVolid(volid)?.storage ?? ''] ?? {});

function localDisks(state: DemoState, guest: GuestState): Record<string, unknown>[] {
  const entries = volumeEntries('qemu', guest.config).filter(
    (entry) => isManaged(entry) && !onShared(state, entry.volid),
  );
  const used = new Map(entries.map((entry) => [entry.volid, entry]));
  const unused = ownVolumes(state, guest).filter(({ volid, node }) => node !== undefined && !used.has(volid));
  const size = (volid: string) => state.volumes.find((volume) => volume.volid === volid)?.size;
  return [
    ...entries.map((entry) => ({
      volid: entry.volid,
      drivename: entry.key,
      cdrom: isCdrom(entry) ? 1 : 0,
      is_unused: 0,
      size: size(entry.volid),
    })),
    ...unused.map((volume) => ({ volid: volume.volid, cdrom: 0, is_unused: 1, size: volume.size })),
  ];
}

/** Node → storages that the VM uses and that node lacks. */
function unavailable(
  state: DemoState,
  guest: GuestState,
): Record<string, { unavailable_storages: string[] }> {
  const storages = [
    ...new Set(volumeEntries('qemu', guest.config).flatMap(({ volid }) => parseVolid(volid)?.storage ?? [])),
  ];
  return Object.fromEntries(
    Object.keys(state.nodes).flatMap((node) => {
      const missing = storages.filter((id) => !isAvailable(state, id, node));
      return node === guest.node || missing.length === 0 ? [] : [[node, { unavailable_storages: missing }]];
    }),
  );
}

function qemuPreconditions({ state }: DemoContext, guest: GuestState): Record<string, unknown> {
  assertUnlocked(guest);
  const mapped = mappedResources(guest);
  const refused = unavailable(state, guest);
  return {
    running: isRunning(guest) ? 1 : 0,
    allowed_nodes: Object.keys(state.nodes).filter((node) => node !== guest.node && !refused[node]),
    not_allowed_nodes: refused,
    local_disks: localDisks(state, guest),
    local_resources: localResources(guest),
    'mapped-resources': Object.keys(mapped).sort(),
    'mapped-resource-info': mapped,
    'has-dbus-vmstate': 1,
    ...(haResource(state, guest) && { 'dependent-ha-resources': [] }),
  };
}

function lxcPreconditions({ state }: DemoContext, guest: GuestState): Record<string, unknown> {
  assertUnlocked(guest);
  return {
    running: isRunning(guest) ? 1 : 0,
    'allowed-nodes': Object.keys(state.nodes).filter((node) => node !== guest.node),
    'not-allowed-nodes': {},
    ...(haResource(state, guest) && { 'dependent-ha-resources': [] }),
  };
}

/** `targetstorage`: `1` keeps each storage, `id` is for all, `from:to` pairs for some. */
type StorageMap = (storage: string) => string;

function storageMap(
  context: DemoContext,
  guest: GuestState,
  target: string,
  list: string | undefined,
): StorageMap {
  if (list === undefined) return (storage) => storage;
  const entries = list.split(/[,;\s]+/).filter((entry) => entry !== '');
  const pairs = new Map(
    entries.filter((entry) => entry.includes(':')).map((entry) => entry.split(':') as [string, string]),
  );
  const fallback = entries.find((entry) => !entry.includes(':') && entry !== '1');
  if (!entries.includes('1')) requireOnGuest(accessTo(context, guest), ['VM.Config.Disk']);
  const content = guest.type === 'qemu' ? 'images' : 'rootdir';
  for (const id of [...pairs.values(), ...(fallback === undefined ? [] : [fallback])]) {
    const config = enabledStorage(context.state, id, target);
    context.caller.require(`/storage/${id}`, ['Datastore.AllocateSpace']);
    if (!hasContent(config, content)) {
      die(`storage '${id}' does not support ${content === 'images' ? 'vm images' : 'container directories'}`);
    }
  }
  return (storage) => pairs.get(storage) ?? fallback ?? storage;
}

/** What stops a migration after its task began: log lines, then `migration aborted`. */
function obstacles(context: DemoContext, guest: GuestState, target: string, map: StorageMap): string[] {
  const { state, params } = context;
  const problems: string[] = [];
  const running = isRunning(guest);
  if (guest.type === 'lxc') {
    if (running && !flag(params, 'restart')) problems.push('lxc live migration is currently not implemented');
    for (const entry of volumeEntries('lxc', guest.config)) {
      if (!isManaged(entry) && subkey(entry.value, 'shared') !== '1')
        problems.push(`cannot migrate local bind mount point '${entry.key}'`);
    }
  } else {
    const devices = localResources(guest);
    if (devices.length > 0 && (running || !flag(params, 'force'))) {
      problems.push(
        `can't migrate ${running ? 'running ' : ''}VM which uses local devices: ${devices.join(', ')}`,
      );
    }
    const mapped = Object.keys(mappedResources(guest));
    if (running && mapped.length > 0)
      problems.push(`can't migrate running VM which uses following mapped devices: ${mapped.join(', ')}`);
    for (const entry of volumeEntries('qemu', guest.config)) {
      if (!isManaged(entry) || onShared(state, entry.volid)) continue;
      if (isCdrom(entry) && !isCloudinit(entry))
        problems.push(`can't migrate local disk '${entry.volid}': local cdrom image`);
      else if (running && !isCdrom(entry) && !flag(params, 'with-local-disks')) {
        problems.push(
          `can't migrate local disk '${entry.volid}': can't live migrate attached local disks without with-local-disks option`,
        );
      }
    }
  }
  for (const { volid, storage } of ownVolumes(state, guest)) {
    if (!isAvailable(state, map(storage), target)) {
      problems.push(
        `can't migrate '${volid}': storage '${map(storage)}' is not available on node '${target}'`,
      );
    }
  }
  return problems;
}

function moveTo(context: DemoContext, guest: GuestState, target: string, map: StorageMap): void {
  const { state, now } = context;
  for (const { volid, storage, node } of ownVolumes(state, guest)) {
    if (node !== undefined || map(storage) !== storage)
      moveVolume(state, guest, volid, target, map(storage), now);
  }
  guest.node = target;
}

function migrationSteps(
  context: DemoContext,
  guest: GuestState,
  target: string,
  map: StorageMap,
): TaskPlan['steps'] {
  const kind = guestKind(guest.type);
  const ip = context.state.nodes[target]?.ip ?? '';
  const begin = `starting migration of ${kind} ${guest.vmid} to node '${target}' (${ip})`;
  const problems = obstacles(context, guest, target, map);
  if (problems.length > 0) {
    return [
      {
        log: [
          begin,
          ...problems.map((problem) => `ERROR: ${problem}`),
          'aborting phase 1 - cleanup resources',
        ].join('\n'),
      },
      {
        log: "ERROR: migration aborted (duration 00:00:01): Problem found while scanning volumes - can't migrate VM - check log",
        apply: () => {
          die('migration aborted');
        },
      },
    ];
  }
  const wasRunning = isRunning(guest);
  const restart = guest.type === 'lxc' && wasRunning;
  const copies = ownVolumes(context.state, guest)
    .filter(({ node }) => node !== undefined)
    .map(({ volid }) => `copying local disk image '${volid}'`);
  return [
    { log: [begin, ...(restart ? [`shutdown CT ${guest.vmid}`] : []), ...copies].join('\n'), delayMs: 800 },
    {
      delayMs: 800,
      apply: () => {
        if (restart) stopGuest(guest);
        moveTo(context, guest, target, map);
        // The task's own lock is no obstacle.
        if (restart) startGuest(context, guest, true);
      },
    },
    { log: 'migration finished successfully (duration 00:00:08)' },
  ];
}

function migrate(context: DemoContext, guest: GuestState): string {
  const { state, params } = context;
  const target = textOrEmpty(params, 'target');
  const kind = guestKind(guest.type);
  if (target === guest.node) refuseParams({ target: 'target is local node.' });
  if (!state.nodes[target]) die(`no such cluster node '${target}'`);
  if (!state.nodes[target].online) die(`target node '${target}' is not online`);
  assertRootOptions(context, ['force', 'migration_type', 'migration_network']);
  if (guest.type === 'qemu') assertUnlocked(guest);
  if (isRunning(guest) && !flag(params, 'online') && !flag(params, 'restart')) {
    die(
      kind === 'VM'
        ? "can't migrate running VM without --online"
        : "can't migrate running container without --online or --restart",
    );
  }
  const list = text(params, guest.type === 'qemu' ? 'targetstorage' : 'target-storage');
  const map = storageMap(context, guest, target, list);
  if (
    guest.type === 'qemu' &&
    (list === undefined || list === '1') &&
    !nodesWithStorages(state, guest, guest.config).includes(target)
  ) {
    const missing = unavailable(state, guest)[target]?.unavailable_storages[0] ?? '';
    die(`storage '${missing}' is not available on node '${target}'`);
  }
  const ha = haResource(state, guest);
  return context.startTask({
    node: guest.node,
    type: ha ? 'hamigrate' : guest.type === 'qemu' ? 'qmigrate' : 'vzmigrate',
    id: String(guest.vmid),
    lock: { vmid: guest.vmid, lock: 'migrate' },
    steps: [
      ...(ha ? [{ log: `Requesting HA migration for ${kind} ${guest.vmid} to node ${target}` }] : []),
      ...migrationSteps(context, guest, target, map),
    ],
  });
}

/** Migration within the cluster: what stands in its way, and the migration itself. */
export const migrateEndpoints: readonly DemoEndpoint[] = [
  guestEndpoint('qemu', 'GET', '/migrate', qemuPreconditions),
  guestEndpoint('lxc', 'GET', '/migrate', lxcPreconditions),
  guestEndpoint('qemu', 'POST', '/migrate', migrate),
  guestEndpoint('lxc', 'POST', '/migrate', migrate),
];
