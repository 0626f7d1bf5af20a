import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import type { PveCall, PveClient } from '../../pve/types.ts';
import { canonicalJson } from '../../store/canonical-json.ts';

const guestSchema = z.object({
  config: z.record(z.string(), z.string()),
  pending: z.record(z.string(), z.string().nullable()),
  running: z.boolean(),
  snapshots: z.array(z.string()),
});
const stateSchema = z.object({
  guests: z.record(z.string(), guestSchema),
  tasks: z.record(z.string(), z.string()),
});
export type FakeState = z.infer<typeof stateSchema>;

export interface FakeCluster {
  state: FakeState;
  /** Every call that arrived, in order. */
  readonly calls: PveCall[];
  /** Called before a call is carried out; throws to refuse it. */
  before?: ((call: PveCall) => void | Promise<void>) | undefined;
  /** Called after a call was carried out and before its answer; throws to lose the answer. */
  after?: ((call: PveCall) => void | Promise<void>) | undefined;
  client(userid?: string): PveClient;
}

export const fakeTarget = 'https://pve1.example:8006';

/** Keys that need a stop and start of a running guest, in this small cluster. */
const coldKeys = new Set(['bios', 'machine', 'cpu', 'cores']);

const digestOf = (value: unknown): string => createHash('sha1').update(canonicalJson(value)).digest('hex');
const text = (value: unknown): string => (typeof value === 'boolean' ? (value ? '1' : '0') : String(value));

/**
 * A cluster of a few guests as PVE behaves: digests, the refusal of an old one, pending changes of a running guest,
 * tasks with UPIDs. With `file` the state is shared by every process that uses the file.
 */
export function fakeCluster(
  guests: Record<string, Partial<z.infer<typeof guestSchema>>>,
  file?: string,
): FakeCluster {
  const cluster: FakeCluster = {
    state: {
      guests: Object.fromEntries(
        Object.entries(guests).map(([id, guest]) => [
          id,
          { config: {}, pending: {}, running: true, snapshots: [], ...guest },
        ]),
      ),
      tasks: {},
    },
    calls: [],
    client: (userid = 'root@pam') => fakeClient(cluster, userid, file),
  };
  if (file !== undefined && Object.keys(guests).length > 0) save(cluster, file);
  return cluster;
}

export const loadState = (file: string): FakeState =>
  stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));

function save({ state }: FakeCluster, file: string): void {
  writeFileSync(`${file}.partial`, JSON.stringify(state));
  renameSync(`${file}.partial`, file);
}

function fakeClient(cluster: FakeCluster, userid: string, file: string | undefined): PveClient {
  const call: PveClient['call'] = async (request, options) => {
    options?.signal?.throwIfAborted();
    cluster.calls.push(request);
    await cluster.before?.(request);
    if (file !== undefined) cluster.state = loadState(file);
    const answer = answerTo(cluster.state, request);
    if (file !== undefined && request.method !== 'GET') save(cluster, file);
    await cluster.after?.(request);
    return answer;
  };
  return {
    target: fakeTarget,
    userid,
    call,
    async get(path, schema, params, options) {
      return schema.parse(
        await call({ method: 'GET', path, ...(params === undefined ? {} : { params }) }, options),
      );
    },
    close: () => undefined,
  };
}

function answerTo(state: FakeState, { method, path, params = {} }: PveCall): unknown {
  const task = /^\/nodes\/[^/]+\/tasks\/([^/]+)\/(status|log)$/.exec(path);
  if (task) {
    const exitstatus = state.tasks[decodeURIComponent(task[1] ?? '')];
    if (exitstatus === undefined) throw new ProxmoxAiError('pve-not-found', 'no such task');
    return task[2] === 'log' ? [{ n: 1, t: 'TASK OK' }] : { status: 'stopped', exitstatus };
  }
  const [, id = '', rest = ''] = /^\/nodes\/[^/]+\/((?:qemu|lxc)\/\d+)\/(.+)$/.exec(path) ?? [];
  const guest = state.guests[id];
  if (guest === undefined)
    throw new ProxmoxAiError('pve-not-found', `Configuration file for ${id} does not exist`);
  const digest = digestOf([guest.config, guest.pending]);
  if (rest === 'config' && method === 'GET') {
    const values = params.current === 1 ? guest.config : merged(guest.config, guest.pending);
    return { ...values, digest };
  }
  if (rest === 'pending' && method === 'GET') {
    const keys = new Set([...Object.keys(guest.config), ...Object.keys(guest.pending)]);
    return [...keys].map((key) => ({
      key,
      ...(guest.config[key] === undefined ? {} : { value: guest.config[key] }),
      ...(guest.pending[key] === null ? { delete: 1 } : {}),
      ...(typeof guest.pending[key] === 'string' ? { pending: guest.pending[key] } : {}),
    }));
  }
  if (rest === 'config') {
    if (params.digest !== undefined && params.digest !== digest) {
      throw new ProxmoxAiError('pve-conflict', 'checksum mismatch (file change by other user?)');
    }
    write(guest, params);
    return method === 'POST' ? newTask(state, 'qmconfig', id) : null;
  }
  if (rest === 'snapshot' && method === 'GET')
    return [...guest.snapshots, 'current'].map((name) => ({ name }));
  if (rest === 'snapshot' && method === 'POST') {
    guest.snapshots.push(text(params.snapname));
    // As in PVE, which moves the digest of the configuration.
    guest.config.parent = text(params.snapname);
    return newTask(state, 'qmsnapshot', id);
  }
  const snapshot = /^snapshot\/(.+)$/.exec(rest)?.[1];
  if (snapshot !== undefined && method === 'DELETE') {
    guest.snapshots = guest.snapshots.filter((name) => name !== snapshot);
    Reflect.deleteProperty(guest.config, 'parent');
    return newTask(state, 'qmdelsnapshot', id);
  }
  throw new ProxmoxAiError('pve-server', `Method '${method} ${path}' not implemented`);
}

function merged(
  config: Record<string, string>,
  pending: Record<string, string | null>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...config, ...pending }).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

function write(guest: z.infer<typeof guestSchema>, params: NonNullable<PveCall['params']>): void {
  const set = (key: string, value: string | null): void => {
    const cold = guest.running && coldKeys.has(key);
    if (cold && (guest.config[key] ?? null) !== value) guest.pending[key] = value;
    else {
      Reflect.deleteProperty(guest.pending, key);
      if (value === null) Reflect.deleteProperty(guest.config, key);
      else guest.config[key] = value;
    }
  };
  for (const [key, value] of Object.entries(params)) {
    if (key === 'digest' || key === 'delete') continue;
    set(key, text(value));
  }
  for (const key of text(params.delete ?? '').split(',')) if (key !== '') set(key, null);
}

let tasks = 0;

function newTask(state: FakeState, type: string, id: string): string {
  tasks += 1;
  const upid = `UPID:pve1:${tasks.toString(16).padStart(8, '0').toUpperCase()}:0012D687:671F5A3B:${type}:${id.split('/')[1] ?? ''}:root@pam:`;
  state.tasks[upid] = 'OK';
  return upid;
}
