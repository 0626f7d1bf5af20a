import type { GuestState, VolumeState } from '../state.ts';
import { fixture, fixtureGuest, type Fixture, type RanTask } from './fixture.ts';
import { guestsEndpoints } from './index.ts';

export const gib = 2 ** 30;
/** A 32 GiB disk, on pve1 unless its storage is the shared one. */
export const volume = (volid: string, vmid: number, changes: Partial<VolumeState> = {}): VolumeState => ({
  volid,
  storage: volid.split(':')[0] ?? '',
  ...(volid.startsWith('nfs:') ? {} : { node: 'pve1' }),
  content: 'images',
  format: 'raw',
  size: 32 * gib,
  vmid,
  ctime: 1,
  ...changes,
});
/** A VM with one disk and one NIC. */
export const vm = (vmid: number, changes: Partial<GuestState> = {}): GuestState =>
  fixtureGuest({
    vmid,
    config: {
      boot: 'order=scsi0',
      memory: '2048',
      name: `vm-${vmid}`,
      net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      scsi0: `local-lvm:vm-${vmid}-disk-0,size=32G`,
      smbios1: 'uuid=11111111-1111-1111-1111-111111111111',
      vmgenid: '22222222-2222-2222-2222-222222222222',
    },
    ...changes,
  });
/** A container with a root disk. */
export const ct = (vmid: number, changes: Partial<GuestState> = {}): GuestState =>
  fixtureGuest({
    vmid,
    type: 'lxc',
    config: { hostname: `ct-${vmid}`, memory: '512', rootfs: `only1:subvol-${vmid}-disk-0,size=8G` },
    ...changes,
  });
export interface GuestFixture extends Fixture {
  readonly guest: (vmid: number) => GuestState;
  /** Posts below `/nodes/pve1` and gives the task that ran. */
  readonly post: (path: string, params?: Record<string, unknown>) => RanTask;
  readonly volids: () => string[];
}

/** The fixture with VM 100 and container 200 on pve1. */
export const demo = (
  changes: Partial<GuestState> = {},
  ctChanges: Partial<GuestState> = {},
): GuestFixture => {
  const made = fixture(guestsEndpoints, [vm(100, changes), ct(200, ctChanges)]);
  made.state.volumes.push(
    volume('local-lvm:vm-100-disk-0', 100),
    volume('only1:subvol-200-disk-0', 200, { content: 'rootdir', format: 'subvol', size: 8 * gib }),
  );
  const guest = (vmid: number) => {
    const found = made.state.guests[String(vmid)];
    if (!found) throw new Error(`no guest ${vmid}`);
    return found;
  };
  const post = (path: string, params: Record<string, unknown> = {}) => {
    made.call('POST', `/nodes/pve1/${path}`, params);
    const task = made.tasks.at(-1);
    if (!task) throw new Error(`${path} started no task`);
    return task;
  };
  const volids = () => made.state.volumes.map(({ volid }) => volid);
  return { ...made, guest, post, volids };
};
