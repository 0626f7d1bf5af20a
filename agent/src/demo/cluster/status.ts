import { DemoHttpError, type DemoContext, type DemoEndpoint } from '../endpoint.ts';
import { isQuorate } from './ha-state.ts';
import { integer } from '../params.ts';
import { localNode, nodeNames } from './node-list.ts';
import { die } from '../refuse.ts';
import { propertyObject } from './sections.ts';
import { taskRow, visibleTo } from './task-rows.ts';

const status = ({ state }: DemoContext): unknown => {
  const local = localNode(state);
  return [
    {
      type: 'cluster',
      id: 'cluster',
      name: state.clusterName,
      nodes: nodeNames(state).length,
      version: nodeNames(state).length,
      quorate: isQuorate(state) ? 1 : 0,
    },
    ...nodeNames(state).map((name, index) => ({
      type: 'node',
      id: `node/${name}`,
      name,
      nodeid: index + 1,
      ip: state.nodes[name]?.ip,
      local: name === local ? 1 : 0,
      online: state.nodes[name]?.online ? 1 : 0,
      level: state.nodes[name]?.subscription.level ?? '',
    })),
  ];
};

/** PVE keeps this many recent tasks a node in the cluster-wide list. */
const RECENT_TASKS = 25;

const tasks = ({ state, caller }: DemoContext): unknown => {
  const all = caller.can('/', ['Sys.Audit']);
  const taken = new Map<string, number>();
  return [...state.tasks]
    .sort((a, b) => b.starttime - a.starttime)
    .filter((task) => {
      const count = (taken.get(task.node) ?? 0) + 1;
      taken.set(task.node, count);
      return count <= RECENT_TASKS && (all || visibleTo(task, caller));
    })
    .map((task) => taskRow(task));
};

/** The cluster log as pmxcfs merges it: what the daemons of all nodes reported, newest first. */
const log = ({ state, caller, params }: DemoContext): unknown => {
  const max = integer(params, 'max') ?? 500;
  const all = caller.can('/', ['Sys.Syslog']);
  return state.tasks
    .filter((task) => all || task.user === caller.owner)
    .sort((a, b) => (b.endtime ?? b.starttime) - (a.endtime ?? a.starttime))
    .slice(0, max)
    .map((task, index) => ({
      id: `${state.tasks.length - index}:${task.node}`,
      uid: state.tasks.length - index,
      time: task.endtime ?? task.starttime,
      msg:
        task.endtime === undefined
          ? `starting task ${task.upid}`
          : `end task ${task.upid} ${task.exitstatus ?? 'unknown'}`,
      node: task.node,
      pid: Number.parseInt(task.upid.split(':')[2] ?? '0', 16),
      pri: task.exitstatus === 'OK' || task.endtime === undefined ? 6 : 3,
      tag: 'pvedaemon',
      user: task.user,
    }));
};

const nextId = ({ state, params }: DemoContext): unknown => {
  const asked = integer(params, 'vmid');
  if (asked !== undefined) {
    if (!state.guests[asked]) return String(asked);
    throw new DemoHttpError(400, 'Parameter verification failed.', {
      vmid: `VM ${asked} already exists`,
    });
  }
  const range = propertyObject(state.datacenter['next-id'] ?? '');
  const lower = Number(range.lower ?? 100);
  const upper = Number(range.upper ?? 1_000_000);
  for (let vmid = lower; vmid < upper; vmid += 1) if (!state.guests[vmid]) return String(vmid);
  return die(`unable to get any free VMID in range [${lower}, ${upper}]`);
};

const names = [
  'acme',
  'backup',
  'backup-info',
  'bulk-action',
  'ceph',
  'config',
  'firewall',
  'ha',
  'jobs',
  'log',
  'mapping',
  'metrics',
  'nextid',
  'notifications',
  'options',
  'qemu',
  'replication',
  'resources',
  'sdn',
  'status',
  'tasks',
];

export const statusEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster', handle: () => names.map((name) => ({ name })) },
  { method: 'GET', path: '/cluster/status', handle: status },
  { method: 'GET', path: '/cluster/tasks', handle: tasks },
  { method: 'GET', path: '/cluster/log', handle: log },
  { method: 'GET', path: '/cluster/nextid', handle: nextId },
];
