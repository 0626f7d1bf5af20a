import {
  DemoHttpError,
  type Caller,
  type DemoContext,
  type DemoEndpoint,
  type TaskPlan,
} from '../endpoint.ts';
import type { DemoState, GuestState, NodeState } from '../state.ts';
import { newGuest } from './new-guest.ts';

/** Test fixture: handlers are called with a plain context, tasks run at once, no server is involved. */

export const fixtureNow = 1_764_000_000;
const gib = 2 ** 30;

const fixtureNode = (name: string, ip: string): NodeState => ({
  name,
  ip,
  online: true,
  cpuModel: 'AMD EPYC 7313P 16-Core Processor',
  cpuFlags: [],
  sockets: 1,
  cores: 16,
  memory: 128 * gib,
  swap: 8 * gib,
  bootedAt: fixtureNow - 864_000,
  pveVersion: '9.1.4',
  kernel: '6.17.4-1-pve',
  packages: { 'pve-qemu-kvm': '10.1.2-4', 'qemu-server': '9.1.2' },
  updates: [],
  networks: [],
  disks: [],
  services: {},
  firewall: { options: {}, rules: [] },
  ksmShared: 0,
  timezone: 'UTC',
  subscription: {},
});

/** A stopped guest on pve1 with what the test needs changed. */
export const fixtureGuest = (changes: Partial<GuestState> & Pick<GuestState, 'vmid'>): GuestState => ({
  ...newGuest('qemu', changes.vmid, 'pve1', {}),
  load: { cpu: 0.1, memory: 0.5, shape: 'flat', diskBps: 1000, netBps: 1000 },
  ...changes,
});

/** Three nodes, a local thin pool, a directory and a shared NFS storage; the guests given. */
export const fixtureState = (guests: readonly GuestState[] = []): DemoState => ({
  version: 1,
  seed: 1,
  clusterName: 'fixture',
  nodes: {
    pve1: fixtureNode('pve1', '192.0.2.1'),
    pve2: fixtureNode('pve2', '192.0.2.2'),
    pve3: fixtureNode('pve3', '192.0.2.3'),
  },
  guests: Object.fromEntries(guests.map((guest) => [String(guest.vmid), guest])),
  storages: {
    'local-lvm': { type: 'lvmthin', vgname: 'pve', thinpool: 'data', content: 'images,rootdir' },
    local: { type: 'dir', path: '/var/lib/vz', content: 'iso,vztmpl,backup,snippets,images' },
    nfs: {
      type: 'nfs',
      server: '192.0.2.9',
      export: '/srv',
      path: '/mnt/pve/nfs',
      content: 'images,rootdir,iso,backup',
    },
    only1: { type: 'zfspool', pool: 'tank', content: 'images,rootdir', nodes: 'pve1' },
  },
  volumes: [],
  pools: { production: { vmids: [], storages: [] } },
  datacenter: {},
  firewall: { options: {}, rules: [], ipsets: {}, aliases: {}, groups: {} },
  backupJobs: {},
  haResources: {},
  haRules: {},
  haGroups: {},
  replication: {},
  mappings: { pci: {}, usb: {}, dir: {} },
  notifications: { endpoints: [], matchers: [] },
  metricServers: {},
  users: {},
  groups: {},
  roles: {},
  acl: [],
  domains: {},
  tasks: [],
  authKey: '00',
});

/** root@pam with a ticket. */
export const fixtureRoot: Caller = {
  userid: 'root@pam',
  owner: 'root@pam',
  isToken: false,
  isRoot: true,
  can: () => true,
  require: () => undefined,
};

/** A user who has exactly these `path privilege` pairs. */
export function fixtureUser(grants: readonly string[]): Caller {
  const can: Caller['can'] = (path, privileges, options) => {
    const has = (privilege: string) => grants.includes(`${path} ${privilege}`);
    return options?.any ? privileges.some(has) : privileges.every(has);
  };
  return {
    userid: 'ops@pve',
    owner: 'ops@pve',
    isToken: false,
    isRoot: false,
    can,
    require: (path, privileges, options) => {
      if (!can(path, privileges, options)) {
        throw new DemoHttpError(403, `Permission check failed (${path}, ${privileges.join('|')})`);
      }
    },
  };
}

export interface RanTask extends TaskPlan {
  /** `OK` or the message of the step that threw. */
  readonly exitstatus: string;
}

/** The demo as handlers see it, without server: `call` finds the handler by method and path template. */
export interface Fixture {
  readonly state: DemoState;
  readonly tasks: RanTask[];
  readonly call: (
    method: DemoEndpoint['method'],
    path: string,
    params?: Readonly<Record<string, unknown>>,
    caller?: Caller,
  ) => unknown;
  /** The status and message (with parameter errors) that a call is refused with. */
  readonly refusal: (
    method: DemoEndpoint['method'],
    path: string,
    params?: Readonly<Record<string, unknown>>,
    caller?: Caller,
  ) => { status: number; message: string; errors?: Readonly<Record<string, string>> };
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pattern = template
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{cidr\}/g, '(.+)')
    .replace(/\{\w+\}/g, '([^/]+)');
  const match = new RegExp(`^${pattern}$`).exec(path);
  return match ? Object.fromEntries(names.map((name, index) => [name, match[index + 1] ?? ''])) : undefined;
}

function runTask(state: DemoState, plan: TaskPlan): RanTask {
  if (plan.lock) {
    const guest = state.guests[String(plan.lock.vmid)];
    if (guest) guest.config.lock = plan.lock.lock;
  }
  let exitstatus = 'OK';
  try {
    for (const step of plan.steps) step.apply?.();
  } catch (thrown) {
    exitstatus = thrown instanceof Error ? thrown.message : String(thrown);
  }
  if (plan.lock) {
    const after = state.guests[String(plan.lock.vmid)];
    if (after?.config.lock === plan.lock.lock) Reflect.deleteProperty(after.config, 'lock');
  }
  return { ...plan, exitstatus };
}

export function fixture(endpoints: readonly DemoEndpoint[], guests: readonly GuestState[] = []): Fixture {
  const state = fixtureState(guests);
  const tasks: RanTask[] = [];
  const call: Fixture['call'] = (method, path, params = {}, caller = fixtureRoot) => {
    for (const endpoint of endpoints) {
      const matched = endpoint.method === method ? matchPath(endpoint.path, path) : undefined;
      if (!matched) continue;
      const context: DemoContext = {
        state,
        caller,
        params: { ...params, ...matched },
        now: fixtureNow,
        startTask: (plan) => {
          tasks.push(runTask(state, plan));
          return `UPID:${plan.node}:0000${tasks.length}:00000001:00000001:${plan.type}:${plan.id}:${caller.userid}:`;
        },
        findTask: () => undefined,
      };
      return endpoint.handle(context);
    }
    throw new Error(`no handler for ${method} ${path}`);
  };
  const refusal: Fixture['refusal'] = (...args) => {
    try {
      call(...args);
    } catch (thrown) {
      if (!(thrown instanceof DemoHttpError)) throw thrown;
      const { status, message, errors } = thrown;
      return errors === undefined ? { status, message } : { status, message, errors };
    }
    throw new Error(`${args[0]} ${args[1]} was not refused`);
  };
  return { state, tasks, call, refusal };
}
