import { haRequest, haSid } from '../cluster/ha-state.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { flag, integer, isTrue, textOrEmpty, splitList, text } from '../params.ts';
import { deny, die, refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint, TaskPlan } from '../endpoint.ts';
import type { GuestState, NodeState } from '../state.ts';

const label = (guest: GuestState): string => `${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid}`;

/** The right on `/` covers all guests; else each one must be named and allowed. */
const requireOnAll = ({ caller, params }: DemoContext, overall: readonly string[], each: string): void => {
  if (caller.can('/', overall)) return;
  const vmids = splitList(text(params, 'vms'));
  if (vmids.length === 0) deny(`/, ${overall.join(' && ')}`);
  for (const vmid of vmids) caller.require(`/vms/${vmid}`, [each]);
};

const startupOrder = (guest: GuestState): number =>
  Number(/(?:^|,|order=)(\d+)/.exec(guest.config.startup ?? '')?.[1] ?? Number.MAX_SAFE_INTEGER);

/** Guests of a node in the order PVE starts them; those of HA are left to HA unless named. */
const selected = ({ state, params }: DemoContext, node: NodeState): GuestState[] => {
  const named = splitList(text(params, 'vms'));
  return Object.values(state.guests)
    .filter(
      (guest) =>
        guest.node === node.name &&
        !isTrue(guest.config.template) &&
        (named.length === 0 || named.includes(String(guest.vmid))),
    )
    .sort((a, b) => startupOrder(a) - startupOrder(b) || a.vmid - b.vmid);
};

type Steps = TaskPlan['steps'];

const lockRefusal = (guest: GuestState): void => {
  if (guest.config.lock) {
    die(`${label(guest)}: ${guest.type === 'qemu' ? 'VM' : 'CT'} is locked (${guest.config.lock})`);
  }
};

const run = (context: DemoContext, type: string, steps: Steps): string =>
  context.startTask({ node: nodeOf(context).name, type, id: '', steps });

const startAll = (context: DemoContext): string => {
  requireOnAll(context, ['VM.PowerMgmt'], 'VM.PowerMgmt');
  const node = nodeOf(context);
  const { state, now, params } = context;
  const all = flag(params, 'force') || text(params, 'vms') !== undefined;
  const guests = selected(context, node).filter((guest) => {
    const ha = state.haResources[haSid(guest)];
    const managed = ha !== undefined && haRequest(ha.state) !== 'ignored';
    return guest.status === 'stopped' && (all || isTrue(guest.config.onboot)) && !managed;
  });
  return run(
    context,
    'startall',
    guests.map((guest) => ({
      log: `Starting ${label(guest)}`,
      delayMs: 300,
      apply: () => {
        lockRefusal(guest);
        guest.status = 'running';
        guest.startedAt = Math.floor(now);
      },
    })),
  );
};

const stopAll = (context: DemoContext): string => {
  requireOnAll(context, ['VM.PowerMgmt'], 'VM.PowerMgmt');
  const timeout = integer(context.params, 'timeout') ?? 180;
  const guests = selected(context, nodeOf(context))
    .filter((guest) => guest.status !== 'stopped')
    .reverse();
  return run(
    context,
    'stopall',
    guests.map((guest) => ({
      log: `Stopping ${label(guest)} (timeout = ${timeout} seconds)`,
      delayMs: 300,
      apply: () => {
        lockRefusal(guest);
        guest.status = 'stopped';
        guest.startedAt = null;
      },
    })),
  );
};

const suspendAll = (context: DemoContext): string => {
  requireOnAll(context, ['VM.PowerMgmt', 'VM.Config.Disk'], 'VM.PowerMgmt');
  const guests = selected(context, nodeOf(context)).filter(
    (guest) => guest.type === 'qemu' && guest.status === 'running',
  );
  return run(
    context,
    'suspendall',
    guests.map((guest) => ({
      log: `Suspending ${label(guest)}`,
      delayMs: 300,
      apply: () => {
        lockRefusal(guest);
        guest.config.lock = 'suspended';
        guest.status = 'stopped';
        guest.startedAt = null;
      },
    })),
  );
};

const onSharedStorage = ({ state }: DemoContext, guest: GuestState): boolean =>
  !state.volumes.some(
    (volume) =>
      volume.vmid === guest.vmid &&
      volume.node !== undefined &&
      Object.values(guest.config).some((value) => value.includes(volume.volid)),
  );

const migrateAll = (context: DemoContext): string => {
  const { state, params } = context;
  requireOnAll(context, ['VM.Migrate'], 'VM.Migrate');
  const node = nodeOf(context);
  const target = textOrEmpty(params, 'target');
  if (target === node.name) refuseParams({ target: 'target is local node.' });
  if (!state.nodes[target]) die(`no such cluster node '${target}'`);
  if (!state.nodes[target].online) die(`node '${target}' is not online`);
  const workers = text(params, 'max-workers') ?? text(params, 'maxworkers') ?? state.datacenter.max_workers;
  if (workers === undefined) {
    die("either 'max-workers' parameter or max_workers in datacenter.cfg must be set!");
  }
  const withDisks = flag(params, 'with-local-disks');
  const guests = selected(context, node);
  return run(
    context,
    'migrateall',
    guests.map((guest) => {
      const able = onSharedStorage(context, guest) || (withDisks && guest.type === 'qemu');
      if (!able) {
        return { log: `skip ${label(guest)}: can't migrate - it uses local disks`, delayMs: 50 };
      }
      return {
        log: `Migrating ${label(guest)}`,
        delayMs: 400,
        apply: () => {
          lockRefusal(guest);
          for (const volume of state.volumes) {
            if (volume.vmid === guest.vmid && volume.node === node.name) volume.node = target;
          }
          guest.node = target;
        },
      };
    }),
  );
};

export const bulkEndpoints: readonly DemoEndpoint[] = [
  { method: 'POST', path: '/nodes/{node}/startall', handle: startAll },
  { method: 'POST', path: '/nodes/{node}/stopall', handle: stopAll },
  { method: 'POST', path: '/nodes/{node}/suspendall', handle: suspendAll },
  { method: 'POST', path: '/nodes/{node}/migrateall', handle: migrateAll },
];
