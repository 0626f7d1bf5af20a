import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, GuestState } from '../state.ts';
import {
  bothTypes,
  assertUnlocked,
  assertUnprotected,
  guestKind,
  haResource,
  isRunning,
  skipsLock,
} from './lookup.ts';
import { flag, splitList } from '../params.ts';
import { stopGuest } from './power.ts';
import { die } from '../refuse.ts';
import { baseName } from './volumes.ts';

const replicationJobs = ({ replication }: DemoState, vmid: number): string[] =>
  Object.keys(replication).filter((id) => id.startsWith(`${vmid}-`));

function check(context: DemoContext, guest: GuestState, ignoreLock: boolean): void {
  const { state, params } = context;
  const kind = guestKind(guest.type);
  assertUnprotected(guest, `can't remove ${kind} ${guest.vmid}`);
  if (!ignoreLock) assertUnlocked(guest);
  if (!flag(params, 'purge')) {
    if (haResource(state, guest)) {
      die(`unable to remove ${kind} ${guest.vmid} - used in HA resources and purge parameter not set.`);
    }
    const job = replicationJobs(state, guest.vmid)[0];
    if (job !== undefined)
      die(`There is a replication job '${job}' for guest '${guest.vmid}' - Please remove that first.`);
  }
  if (isRunning(guest) && !(guest.type === 'lxc' && flag(params, 'force'))) {
    die(
      kind === 'VM'
        ? `VM ${guest.vmid} is running - destroy failed`
        : `unable to destroy CT ${guest.vmid} - container is running`,
    );
  }
}

/** A base volume that linked clones read from cannot be removed. */
function assertNoLinkedClones({ volumes }: DemoState, guest: GuestState): void {
  for (const base of volumes.filter(({ vmid }) => vmid === guest.vmid)) {
    const name = baseName(base.volid);
    if (name === undefined) continue;
    const clone = volumes.find(({ parent, storage }) => storage === base.storage && parent?.includes(name));
    if (clone) die(`base volume '${base.volid}' is still in use by linked cloned`);
  }
}

function removeFromJobs(state: DemoState, vmid: number): void {
  for (const job of Object.values(state.backupJobs)) {
    for (const key of ['vmid', 'exclude'] as const) {
      const list = job[key];
      if (list === undefined) continue;
      const rest = splitList(list).filter((id) => id !== String(vmid));
      if (rest.length > 0) job[key] = rest.join(',');
      else Reflect.deleteProperty(job, key);
    }
  }
  for (const id of replicationJobs(state, vmid)) Reflect.deleteProperty(state.replication, id);
}

function destroyGuest(context: DemoContext, guest: GuestState): void {
  const { state, params } = context;
  const { vmid } = guest;
  assertNoLinkedClones(state, guest);
  if (isRunning(guest)) stopGuest(guest);
  const ha = haResource(state, guest);
  state.volumes = state.volumes.filter(
    (volume) => volume.vmid !== vmid || (volume.content !== 'images' && volume.content !== 'rootdir'),
  );
  state.acl = state.acl.filter(({ path }) => path !== `/vms/${vmid}`);
  for (const pool of Object.values(state.pools)) pool.vmids = pool.vmids.filter((id) => id !== vmid);
  if (flag(params, 'purge')) {
    removeFromJobs(state, vmid);
    if (ha !== undefined) Reflect.deleteProperty(state.haResources, ha);
  }
  Reflect.deleteProperty(state.guests, String(vmid));
}

function destroy(context: DemoContext, guest: GuestState): string {
  const ignoreLock = guest.type === 'qemu' && skipsLock(context);
  check(context, guest, ignoreLock);
  const purge = flag(context.params, 'purge');
  const kind = guestKind(guest.type);
  return context.startTask({
    node: guest.node,
    type: guest.type === 'qemu' ? 'qmdestroy' : 'vzdestroy',
    id: String(guest.vmid),
    steps: [
      {
        delayMs: 300,
        apply: () => {
          check(context, guest, ignoreLock);
          destroyGuest(context, guest);
        },
      },
      ...(purge ? [{ log: `purging ${kind} ${guest.vmid} from related configurations..` }] : []),
    ],
  });
}

/** Removing a guest with its volumes, its rights and, with `purge`, its jobs. */
export const destroyEndpoints: readonly DemoEndpoint[] = bothTypes('DELETE', '', destroy);
