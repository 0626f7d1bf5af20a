import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import { assertVolumeAccess, type GuestAccess } from './access.ts';
import { isUnusedKey, isVolumeKey, parseVolumeEntry } from './drives.ts';
import { assertUnprotected, assertVmidUnused, isRunning } from './lookup.ts';
import { createMount } from './lxc-mounts.ts';
import { assertLxcKeys } from './lxc-privileges.ts';
import { changeLxcConfig } from './lxc-update.ts';
import { addGuest, assertMayCreate, manageByHa, newGuest } from './new-guest.ts';
import { flag, integer, textOrEmpty, text } from '../params.ts';
import { startGuest } from './power.ts';
import { configParameters } from './qemu-update.ts';
import { die, refuseParams } from '../refuse.ts';
import { restoreOver } from './restore.ts';
import { enabledStorage, hasContent } from './storages.ts';
import { findVolume, freeVolume, parseVolid } from './volumes.ts';

/** Parameters of `POST …/lxc` that are no configuration. */
const steering = new Set([
  'node',
  'vmid',
  'ostemplate',
  'password',
  'storage',
  'force',
  'restore',
  'unique',
  'pool',
  'ignore-unpack-errors',
  'ssh-public-keys',
  'bwlimit',
  'start',
  'ha-managed',
  'unprivileged',
]);

interface LxcCreation {
  readonly access: GuestAccess;
  readonly restore: boolean;
  readonly archive: string;
  readonly storage: string;
  readonly unprivileged: boolean | undefined;
  /** Mount points and everything else apart, as PVE treats them. */
  readonly mounts: Section;
  readonly settings: Section;
}

function readCreation(context: DemoContext): LxcCreation {
  const { params } = context;
  const storage = text(params, 'storage') ?? 'local';
  const mounts: Section = {};
  const settings: Section = {};
  for (const [key, value] of Object.entries(configParameters(context, steering))) {
    if (isUnusedKey(key)) continue;
    if (isVolumeKey('lxc', key)) mounts[key] = /^\d+(?:\.\d+)?$/.test(value) ? `${storage}:${value}` : value;
    else settings[key] = value;
  }
  const restore = flag(params, 'restore');
  const given = params.unprivileged === undefined ? undefined : flag(params, 'unprivileged');
  return {
    access: {
      context,
      vmid: integer(params, 'vmid') ?? 0,
      node: textOrEmpty(params, 'node'),
      pool: text(params, 'pool'),
    },
    restore,
    archive: textOrEmpty(params, 'ostemplate'),
    storage,
    unprivileged: given ?? (restore ? undefined : true),
    mounts,
    settings,
  };
}

function assertStorage({ access }: LxcCreation, storage: string): void {
  const { caller, state } = access.context;
  if (!hasContent(enabledStorage(state, storage, access.node), 'rootdir')) {
    refuseParams({ storage: `storage '${storage}' does not support container directories` });
  }
  caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
}

function assertCreation(creation: LxcCreation): void {
  const { access, restore, archive, mounts, settings, unprivileged } = creation;
  assertLxcKeys(access, {
    before: {},
    settings: { ...settings, ...mounts },
    doomed: [],
    unprivileged: unprivileged ?? true,
  });
  assertVolumeAccess(access, archive, restore ? 'backup' : 'vztmpl');
  if (Object.keys(mounts).length > 0 && mounts.rootfs === undefined) {
    die("mount points configured, but 'rootfs' not set - aborting");
  }
  for (const [key, value] of Object.entries(mounts)) {
    const { volid } = parseVolumeEntry('lxc', key, value);
    const storage = parseVolid(volid)?.storage;
    if (storage !== undefined) assertStorage(creation, storage);
    else if (!access.context.caller.isRoot) die('Only root can pass arbitrary filesystem paths.');
  }
  if (mounts.rootfs === undefined) assertStorage(creation, creation.storage);
}

const osTypes = [
  'debian',
  'ubuntu',
  'alpine',
  'archlinux',
  'centos',
  'devuan',
  'fedora',
  'gentoo',
  'nixos',
  'opensuse',
  'openeuler',
];

/** The distribution that pve-container finds inside the template, here by its name. */
function osType(archive: string): string {
  const name = archive.toLowerCase();
  if (/rockylinux|almalinux/.test(name)) return 'centos';
  return osTypes.find((type) => name.includes(type)) ?? 'unmanaged';
}

function createContainer(creation: LxcCreation): GuestState {
  const { access, archive, mounts, settings, storage } = creation;
  const { context, vmid, node } = access;
  if (!findVolume(context.state, archive, node)) {
    die(`unable to create CT ${vmid} - volume '${archive}' does not exist`);
  }
  const guest = newGuest('lxc', vmid, node, {});
  changeLxcConfig(context, guest, settings, []);
  const { config } = guest;
  if (creation.unprivileged) config.unprivileged = '1';
  const made: string[] = [];
  try {
    for (const [key, value] of Object.entries(
      Object.keys(mounts).length > 0 ? mounts : { rootfs: `${storage}:4` },
    )) {
      config[key] = createMount(context, guest, key, value);
      made.push(parseVolumeEntry('lxc', key, config[key]).volid);
    }
  } catch (thrown) {
    for (const volid of made) freeVolume(context.state, volid, node);
    die(`unable to create CT ${vmid} - ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  guest.config = {
    arch: 'amd64',
    ostype: osType(archive),
    hostname: `CT${vmid}`,
    memory: '512',
    swap: '512',
    ...config,
  };
  return guest;
}

function create(context: DemoContext): string {
  const { params, state, caller } = context;
  const creation = readCreation(context);
  const { access, restore, archive, storage, unprivileged } = creation;
  const { vmid, node, pool } = access;
  if (!restore && !unprivileged) caller.require('/', ['Sys.Modify']);
  if (flag(params, 'ha-managed')) caller.require('/', ['Sys.Console']);
  const prior = state.guests[String(vmid)];
  const overwrites = restore && flag(params, 'force') && prior?.type === 'lxc' && prior.node === node;
  if (!overwrites) assertVmidUnused(state, vmid);
  else {
    if (isRunning(prior)) die("can't overwrite running container");
    assertUnprotected(prior, `unable to restore CT ${vmid}`);
  }
  assertMayCreate(context, vmid, pool, overwrites);
  assertCreation(creation);
  const failed = `unable to ${restore ? 'restore' : 'create'} CT ${vmid} -`;
  const start = flag(params, 'start');
  const make = (): GuestState => {
    if (!restore) return createContainer(creation);
    const target = { context, vmid, node, storage: text(params, 'storage') };
    const settings = {
      ...creation.settings,
      ...(unprivileged === undefined ? {} : { unprivileged: unprivileged ? '1' : '0' }),
    };
    return restoreOver(target, archive, 'lxc', settings, failed);
  };
  return context.startTask({
    node,
    type: restore ? 'vzrestore' : 'vzcreate',
    id: String(vmid),
    steps: [
      {
        log: restore
          ? `recovering backed-up configuration from '${archive}'`
          : `extracting archive '${archive}' to '${storage}'`,
        delayMs: 500,
      },
      {
        delayMs: 500,
        apply: () => {
          if (!overwrites) assertVmidUnused(state, vmid);
          const guest = make();
          addGuest(context, guest, pool);
          if (start) startGuest(context, guest, true);
          if (flag(params, 'ha-managed')) manageByHa(context, guest, start);
        },
      },
    ],
  });
}

/** `POST /nodes/{node}/lxc`: a new container from a template, or one from a backup. */
export const createLxcEndpoints: readonly DemoEndpoint[] = [
  { method: 'POST', path: '/nodes/{node}/lxc', handle: create },
];
