import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState } from '../state.ts';
import { flag, textOrEmpty, splitList, text } from '../params.ts';
import { localNode, nodeNames } from './node-list.ts';
import { die } from '../refuse.ts';
import { guestRow, storageOnNode, storageRow } from './rows.ts';

type Pool = DemoState['pools'][string];

const poolOf = (state: DemoState, poolid: string): Pool =>
  (Object.hasOwn(state.pools, poolid) ? state.pools[poolid] : undefined) ??
  die(`pool '${poolid}' does not exist`);

const members = ({ state, params, now }: DemoContext, pool: Pool): unknown[] => {
  const type = text(params, 'type');
  const guests = [...pool.vmids]
    .sort((a, b) => String(a).localeCompare(String(b)))
    .flatMap((vmid) => state.guests[vmid] ?? [])
    .filter((guest) => type === undefined || guest.type === type)
    .map((guest) => guestRow(state, guest, now));
  if (type !== undefined && type !== 'storage') return guests;
  const storages = [...pool.storages].sort().flatMap((id) => {
    const storage = state.storages[id];
    if (!storage) return [];
    const local = localNode(state);
    const node = storageOnNode(storage, local)
      ? local
      : nodeNames(state).find((name) => storageOnNode(storage, name));
    return [storageRow(state, id, storage, node ?? local)];
  });
  return [...guests, ...storages];
};

const detail = (context: DemoContext, poolid: string): Record<string, unknown> => {
  const pool = poolOf(context.state, poolid);
  return {
    members: members(context, pool),
    ...(pool.comment === undefined ? {} : { comment: pool.comment }),
    poolid,
  };
};

const list = (context: DemoContext): unknown => {
  const { state, caller, params } = context;
  const poolid = text(params, 'poolid');
  if (poolid !== undefined) {
    // PVE asks for Pool.Audit here but ignores the answer; the older form with the pool in the path enforces it
    return [detail(context, poolid)];
  }
  return Object.entries(state.pools)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .filter(([id]) => caller.can(`/pool/${id}`, ['Pool.Audit']))
    .map(([id, pool]) => ({
      poolid: id,
      ...(pool.comment === undefined ? {} : { comment: pool.comment }),
    }));
};

const create = ({ state, params }: DemoContext): null => {
  const poolid = textOrEmpty(params, 'poolid');
  if (Object.hasOwn(state.pools, poolid)) die(`create pool failed: pool '${poolid}' already exists`);
  const cut = poolid.lastIndexOf('/');
  if (cut >= 0 && !Object.hasOwn(state.pools, poolid.slice(0, cut))) {
    die(`create pool failed: parent '${poolid.slice(0, cut)}' of pool '${poolid}' does not exist`);
  }
  if (!/^[A-Za-z]/.test(poolid.slice(cut + 1))) {
    die('create pool failed: pool name must start with a letter');
  }
  const comment = text(params, 'comment');
  state.pools[poolid] = { vmids: [], storages: [], ...(comment ? { comment } : {}) };
  return null;
};

/** Adding to or taking from a pool needs `Permissions.Modify` on the object, or the object's own allocate right. */
const requireModify = ({ caller }: DemoContext, path: string): void => {
  const allocate = path.startsWith('/storage/') ? 'Datastore.Allocate' : 'VM.Allocate';
  caller.require(path, ['Permissions.Modify', allocate], { any: true });
};

const moveGuest = (context: DemoContext, poolid: string, vmid: number, draft: DemoState['pools']): void => {
  const pool = draft[poolid];
  if (!pool) return;
  requireModify(context, `/vms/${vmid}`);
  const isMember = pool.vmids.includes(vmid);
  if (flag(context.params, 'delete')) {
    if (!isMember) die(`update pools failed: VM ${vmid} is not a pool member`);
    pool.vmids = pool.vmids.filter((member) => member !== vmid);
    return;
  }
  if (isMember) die(`update pools failed: VM ${vmid} is already a pool member`);
  const existing = Object.entries(draft).find(([, other]) => other.vmids.includes(vmid));
  if (existing) {
    if (!flag(context.params, 'allow-move')) {
      die(
        `update pools failed: VM ${vmid} belongs already to pool '${existing[0]}' and 'allow-move' is not set`,
      );
    }
    context.caller.require(`/pool/${existing[0]}`, ['Pool.Allocate']);
    existing[1].vmids = existing[1].vmids.filter((member) => member !== vmid);
  }
  pool.vmids.push(vmid);
};

const moveStorage = (context: DemoContext, pool: Pool, storage: string): void => {
  requireModify(context, `/storage/${storage}`);
  const isMember = pool.storages.includes(storage);
  if (flag(context.params, 'delete')) {
    if (!isMember) die(`update pools failed: Storage '${storage}' is not a pool member`);
    pool.storages = pool.storages.filter((member) => member !== storage);
    return;
  }
  if (isMember) die(`update pools failed: Storage '${storage}' is already a pool member`);
  pool.storages.push(storage);
};

const update = (context: DemoContext): null => {
  const { state, params } = context;
  const poolid = textOrEmpty(params, 'poolid');
  poolOf(state, poolid);
  // all or nothing, as PVE writes the file only at the end
  const draft = structuredClone(state.pools);
  const pool = poolOf({ ...state, pools: draft }, poolid);
  const comment = text(params, 'comment');
  if (comment !== undefined) pool.comment = comment;
  for (const vmid of splitList(text(params, 'vms'))) moveGuest(context, poolid, Number(vmid), draft);
  for (const storage of splitList(text(params, 'storage'))) moveStorage(context, pool, storage);
  state.pools = draft;
  return null;
};

const remove = ({ state, params }: DemoContext): null => {
  const poolid = textOrEmpty(params, 'poolid');
  const pool = poolOf(state, poolid);
  const refuse = (what: string): never =>
    die(`delete pool failed: pool '${poolid}' is not empty (contains ${what})`);
  const subpool = Object.keys(state.pools).find((other) => other.startsWith(`${poolid}/`));
  if (subpool !== undefined) refuse(`pool '${subpool}'`);
  const vmid = pool.vmids.find((member) => state.guests[member]);
  if (vmid !== undefined) refuse(`VM ${vmid}`);
  const storage = pool.storages.find((member) => state.storages[member]);
  if (storage !== undefined) refuse(`storage '${storage}'`);
  Reflect.deleteProperty(state.pools, poolid);
  state.acl = state.acl.filter((entry) => entry.path !== `/pool/${poolid}`);
  return null;
};

const readOne = (context: DemoContext): unknown => {
  const { poolid, ...rest } = detail(context, textOrEmpty(context.params, 'poolid'));
  return poolid === undefined ? {} : rest;
};

/** Both the PVE 9 form (`?poolid=`) and the older one with the pool in the path. */
export const poolEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/pools', handle: list },
  { method: 'POST', path: '/pools', handle: create },
  { method: 'PUT', path: '/pools', handle: update },
  { method: 'DELETE', path: '/pools', handle: remove },
  { method: 'GET', path: '/pools/{poolid}', handle: readOne },
  { method: 'PUT', path: '/pools/{poolid}', handle: update },
  { method: 'DELETE', path: '/pools/{poolid}', handle: remove },
];
