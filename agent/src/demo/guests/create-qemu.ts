import { randomUUID } from 'node:crypto';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState, Section } from '../state.ts';
import {
  assertTagChange,
  assertVolumeAccess,
  requireOnGuest,
  uniqueTags,
  type GuestAccess,
} from './access.ts';
import { isCdrom, isVolumeKey, parseVolumeEntry, volumeEntries } from './drives.ts';
import { checkHookscript } from './hookscript.ts';
import { assertVmidUnused } from './lookup.ts';
import { assertBridgeAccess, isNetKey, normaliseNet } from './nets.ts';
import { addGuest, assertMayCreate, manageByHa, newGuest } from './new-guest.ts';
import { flag, integer, textOrEmpty, text } from '../params.ts';
import { startGuest } from './power.ts';
import { assertDriveStorage, createDrive, normaliseDrives } from './qemu-disks.ts';
import { assertCpuModel, assertQemuKeys, assertQemuValue } from './qemu-privileges.ts';
import { configParameters } from './qemu-update.ts';
import { die, refuseParams } from '../refuse.ts';
import { restoreOver } from './restore.ts';
import { freeVolume } from './volumes.ts';

/** Parameters of `POST …/qemu` that are no configuration. */
const steering = new Set([
  'node',
  'vmid',
  'archive',
  'storage',
  'force',
  'unique',
  'pool',
  'bwlimit',
  'start',
  'live-restore',
  'import-working-storage',
  'ha-managed',
]);

export interface QemuCreation {
  readonly access: GuestAccess;
  readonly settings: Section;
  readonly storage: string | undefined;
}

function assertSettings({ access, settings, storage }: QemuCreation): void {
  assertDriveStorage(access, settings, storage);
  assertQemuKeys(access, Object.keys(settings));
  for (const [key, value] of Object.entries(settings)) {
    assertQemuValue(access, key, value, 'set');
    if (isNetKey(key)) assertBridgeAccess(access.context, 'qemu', key, value);
    if (key === 'cpu') assertCpuModel(access, value, undefined);
    if (key === 'tags') assertTagChange(access, undefined, value);
    if (key === 'hookscript') checkHookscript(access.context.state, access.node, value);
  }
}

function readCreation(context: DemoContext): QemuCreation {
  const { params, state } = context;
  const settings = configParameters(context, steering);
  if (settings.cdrom !== undefined) {
    settings.ide2 = settings.cdrom.includes('media=') ? settings.cdrom : `${settings.cdrom},media=cdrom`;
    delete settings.cdrom;
  }
  normaliseDrives(settings);
  for (const [key, value] of Object.entries(settings)) {
    if (isNetKey(key)) settings[key] = normaliseNet(state, 'qemu', key, value);
    if (key === 'tags') settings[key] = uniqueTags(context, value);
  }
  const vmid = integer(params, 'vmid') ?? 0;
  const access = { context, vmid, node: textOrEmpty(params, 'node'), pool: text(params, 'pool') };
  return { access, settings, storage: text(params, 'storage') };
}

/** The boot order of a VM that names none: its first disk, its CD drive, its first NIC. */
function defaultBoot(config: Section): string {
  const keys = Object.keys(config).sort();
  const drives = volumeEntries('qemu', config).sort((a, b) => (a.key < b.key ? -1 : 1));
  const bootable = drives.filter(({ key }) => key !== 'efidisk0' && key !== 'tpmstate0');
  const disk = bootable.find((drive) => !isCdrom(drive));
  const devices = [disk?.key, bootable.find(isCdrom)?.key, keys.find(isNetKey)];
  return `order=${devices.filter((device) => device !== undefined).join(';')}`;
}

function createVm(creation: QemuCreation): GuestState {
  const { access, settings, storage } = creation;
  const { context, vmid, node } = access;
  const guest = newGuest('qemu', vmid, node, {});
  const made: string[] = [];
  try {
    for (const [key, value] of Object.entries(settings)) {
      if (!isVolumeKey('qemu', key)) guest.config[key] = value;
      else {
        const before = new Set(context.state.volumes);
        guest.config[key] = createDrive({ context, guest, defaultStorage: storage }, key, value);
        const { volid } = parseVolumeEntry('qemu', key, guest.config[key]);
        if (context.state.volumes.some((volume) => volume.volid === volid && !before.has(volume)))
          made.push(volid);
      }
    }
  } catch (thrown) {
    for (const volid of made) freeVolume(context.state, volid, node);
    die(`unable to create VM ${vmid} - ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  const version =
    /^\d+\.\d+\.\d+/.exec(context.state.nodes[node]?.packages['pve-qemu-kvm'] ?? '')?.[0] ?? 'unknown';
  const config: Section = {
    boot: defaultBoot(guest.config),
    smbios1: `uuid=${randomUUID()}`,
    ...guest.config,
  };
  if (config.vmgenid === undefined || config.vmgenid === '1') config.vmgenid = randomUUID();
  config.meta = `creation-qemu=${version},ctime=${context.now}`;
  if ((config.ostype ?? '').startsWith('win') && !/-\d/.test(config.machine ?? '')) {
    const minor = version.split('.').slice(0, 2).join('.');
    config.machine = `pc-${config.machine === 'q35' ? 'q35' : 'i440fx'}-${minor}`;
  }
  guest.config = config;
  return guest;
}

/** Powers that a creation asks for beyond the VM itself. */
function assertExtras(context: DemoContext, access: GuestAccess): void {
  if (flag(context.params, 'ha-managed')) context.caller.require('/', ['Sys.Console']);
  if (flag(context.params, 'start')) requireOnGuest(access, ['VM.PowerMgmt']);
}

function finish(context: DemoContext, guest: GuestState): void {
  const start = flag(context.params, 'start');
  if (flag(context.params, 'ha-managed')) manageByHa(context, guest, start);
  if (start) startGuest(context, guest, true);
}

function create(context: DemoContext): string {
  const { params, state } = context;
  const vmid = integer(params, 'vmid') ?? 0;
  const archive = text(params, 'archive');
  const pool = text(params, 'pool');
  const force = flag(params, 'force');
  const node = textOrEmpty(params, 'node');
  const prior = state.guests[String(vmid)];
  const overwrites = archive !== undefined && force && prior?.type === 'qemu' && prior.node === node;
  const access: GuestAccess = { context, vmid, node, pool };
  assertExtras(context, access);
  assertMayCreate(context, vmid, pool, overwrites);
  const creation = readCreation(context);
  if (archive !== undefined) {
    const drive = Object.keys(creation.settings).find((key) => isVolumeKey('qemu', key));
    if (drive !== undefined) refuseParams({ [drive]: "option conflicts with option 'archive'" });
    assertVolumeAccess(access, archive, 'backup');
  }
  assertSettings(creation);
  const failed = `unable to ${archive === undefined ? 'create' : 'restore'} VM ${vmid} -`;
  if (!overwrites) {
    try {
      assertVmidUnused(state, vmid);
    } catch (thrown) {
      die(`${failed} ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  } else if (prior.config.lock) die(`${failed} VM is locked (${prior.config.lock})`);
  const drives = volumeEntries('qemu', creation.settings);
  return context.startTask({
    node,
    type: archive === undefined ? 'qmcreate' : 'qmrestore',
    id: String(vmid),
    steps: [
      {
        log: drives.map(({ key }) => `${key}: creating disk`).join('\n') || `creating VM ${vmid}`,
        delayMs: 300,
      },
      {
        delayMs: archive === undefined ? 0 : 800,
        apply: () => {
          if (!overwrites) assertVmidUnused(state, vmid);
          const guest =
            archive === undefined
              ? createVm(creation)
              : restoreOver(
                  { context, vmid, node, storage: creation.storage },
                  archive,
                  'qemu',
                  creation.settings,
                  failed,
                );
          addGuest(context, guest, pool);
          finish(context, guest);
        },
      },
    ],
  });
}

/** `POST /nodes/{node}/qemu`: a new VM, or one from a backup. */
export const createQemuEndpoints: readonly DemoEndpoint[] = [
  { method: 'POST', path: '/nodes/{node}/qemu', handle: create },
];
