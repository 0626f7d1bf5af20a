import type { DemoContext, DemoEndpoint, TaskPlan } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { accessTo, requireOnGuest } from './access.ts';
import { regenerateCloudinit } from './cloudinit-record.ts';
import {
  assertRootOptions,
  assertUnlocked,
  guestEndpoint,
  guestKind,
  haResource,
  isRunning,
  isTemplate,
  skipsLock,
} from './lookup.ts';
import { applyLxcPending } from './lxc-update.ts';
import { flag, text } from '../params.ts';
import { applyPending } from './qemu-apply.ts';
import { die, refuseParams } from '../refuse.ts';

type Step = TaskPlan['steps'][number];

/** One `POST …/status/{name}`: what it refuses at once, what its task is called and does. */
interface PowerAction {
  readonly type: GuestState['type'];
  readonly name: string;
  /** Task type, as shown in the task list. */
  readonly task: (context: DemoContext) => string;
  readonly refuse?: (context: DemoContext, guest: GuestState) => void;
  readonly steps: (context: DemoContext, guest: GuestState) => readonly Step[];
  /** What HA is asked for instead when it manages the guest; absent: HA is not asked. */
  readonly ha?: 'start' | 'stop';
}

const mustRun = (_: DemoContext, guest: GuestState): void => {
  if (!isRunning(guest)) die(`${guestKind(guest.type)} ${guest.vmid} not running`);
};

const mustNotRun = (_: DemoContext, guest: GuestState): void => {
  if (isRunning(guest)) die(`${guestKind(guest.type)} ${guest.vmid} already running`);
};

/** The locks that do not stop a start: a VM on disk comes back by it, a container's mount does not hold it. */
const startsDespite = { qemu: 'suspended', lxc: 'mounted' } as const;

/** Starts the guest: pending changes are made first, the cloud-init image is made anew. */
export function startGuest(context: DemoContext, guest: GuestState, ignoreLock = false): void {
  const { type, config } = guest;
  if (isTemplate(guest)) {
    die(`you can't start a ${type === 'qemu' ? 'vm' : 'CT'} if it's a template`);
  }
  if (type === 'qemu' && config.lock === 'backup' && isRunning(guest)) {
    // The backup began in a VM that was off and runs in its process, which goes on as a started VM.
    guest.status = 'running';
    return;
  }
  const suspended = type === 'qemu' && config.lock === 'suspended';
  if (!ignoreLock && config.lock !== startsDespite[type]) assertUnlocked(guest);
  mustNotRun(context, guest);
  if (suspended) {
    delete guest.config.lock;
    delete guest.config.vmstate;
  } else if (guest.type === 'qemu') applyPending(accessTo(context, guest), guest);
  else applyLxcPending(context, guest);
  regenerateCloudinit(guest);
  guest.status = 'running';
  guest.startedAt = context.now;
  const installed = context.state.nodes[guest.node]?.packages['pve-qemu-kvm'];
  const version = /^\d+\.\d+\.\d+/.exec(installed ?? '')?.[0];
  if (guest.type === 'qemu' && version !== undefined) guest.runningQemu = version;
}

/** Ends the guest's process. */
export function stopGuest(guest: GuestState): void {
  guest.status = 'stopped';
  guest.startedAt = null;
  delete guest.runningQemu;
}

const startSteps: PowerAction['steps'] = (context, guest) => {
  const ignoreLock = skipsLock(context);
  return [{ delayMs: 300, apply: () => startGuest(context, guest, ignoreLock) }];
};

const stopSteps: PowerAction['steps'] = (context, guest) => {
  const ignoreLock = skipsLock(context);
  return [
    {
      delayMs: 200,
      apply: () => {
        if (!isRunning(guest)) return;
        const mounted = guest.type === 'lxc' && guest.config.lock === 'mounted';
        if (!ignoreLock && !mounted) assertUnlocked(guest);
        stopGuest(guest);
      },
    },
  ];
};

/** The machine starts over without its process ending: pending changes stay pending. */
const resetSteps: PowerAction['steps'] = (context, guest) => {
  const ignoreLock = skipsLock(context);
  return [
    {
      delayMs: 100,
      apply: () => {
        if (!ignoreLock) assertUnlocked(guest);
      },
    },
  ];
};

/** A guest whose agent or ACPI answers shuts down; the demo's guests all do. */
const shutdownSteps: PowerAction['steps'] = (context, guest) => {
  const ignoreLock = guest.type === 'qemu' && skipsLock(context);
  return [
    {
      delayMs: 1500,
      apply: () => {
        if (!isRunning(guest)) return;
        if (!ignoreLock) assertUnlocked(guest);
        stopGuest(guest);
      },
    },
  ];
};

const rebootSteps: PowerAction['steps'] = (context, guest) => [
  {
    delayMs: 1500,
    apply: () => {
      if (!isRunning(guest)) return;
      assertUnlocked(guest);
      stopGuest(guest);
      startGuest({ ...context, now: context.now + 2 }, guest);
    },
  },
];

function refusePaused(context: DemoContext, guest: GuestState): void {
  if (guest.status === 'paused' && !flag(context.params, 'forceStop')) {
    die('VM is paused - cannot shutdown');
  }
}

function refuseSuspend(context: DemoContext, guest: GuestState): void {
  mustRun(context, guest);
  if (!flag(context.params, 'todisk')) return;
  if (haResource(context.state, guest)) die('Cannot suspend HA managed VM to disk');
  requireOnGuest(accessTo(context, guest), ['VM.Config.Disk']);
  if (Object.keys(guest.config).some((key) => /^hostpci\d+$/.test(key))) {
    die(
      'cannot suspend VM to disk due to passed-through PCI device(s), which lack the possibility to save/restore their internal state',
    );
  }
  const storage = text(context.params, 'statestorage') ?? guest.config.vmstatestorage ?? 'local';
  context.caller.require(`/storage/${storage}`, ['Datastore.AllocateSpace']);
}

const suspendSteps: PowerAction['steps'] = (context, guest) => [
  {
    delayMs: 200,
    apply: () => {
      const backingUp = guest.config.lock === 'backup';
      if (!backingUp && !skipsLock(context)) assertUnlocked(guest);
      if (!flag(context.params, 'todisk')) {
        guest.status = 'paused';
        return;
      }
      if (backingUp) die('cannot suspend to disk during backup');
      stopGuest(guest);
      guest.config.lock = 'suspended';
    },
  },
];

const resumeSteps: PowerAction['steps'] = (context, guest) => [
  {
    delayMs: 200,
    apply: () => {
      const { lock } = guest.config;
      if (lock === 'suspended') {
        startGuest(context, guest, skipsLock(context));
        return;
      }
      if (guest.status === 'running') return;
      if (lock !== 'backup' && !skipsLock(context)) assertUnlocked(guest);
      guest.status = 'running';
    },
  },
];

/** The kernel of PVE 9 has no checkpointing of containers: CRIU fails as it does there. */
const checkpointSteps: PowerAction['steps'] = (_, guest) => [
  {
    apply: () => {
      if (isRunning(guest)) assertUnlocked(guest);
      die(`command 'lxc-checkpoint -n ${guest.vmid}' failed: exit code 1`);
    },
  },
];

const actions: readonly PowerAction[] = [
  {
    type: 'qemu',
    name: 'start',
    task: () => 'qmstart',
    refuse: (context) =>
      assertRootOptions(context, [
        'stateuri',
        'migratedfrom',
        'migration_type',
        'migration_network',
        'targetstorage',
        'force-cpu',
        'with-conntrack-state',
        'nets-host-mtu',
      ]),
    steps: startSteps,
    ha: 'start',
  },
  {
    type: 'qemu',
    name: 'stop',
    task: () => 'qmstop',
    refuse: (context) => assertRootOptions(context, ['keepActive', 'migratedfrom']),
    steps: stopSteps,
    ha: 'stop',
  },
  { type: 'qemu', name: 'reset', task: () => 'qmreset', refuse: mustRun, steps: resetSteps },
  {
    type: 'qemu',
    name: 'shutdown',
    task: () => 'qmshutdown',
    refuse: (context, guest) => {
      assertRootOptions(context, ['keepActive']);
      refusePaused(context, guest);
    },
    steps: shutdownSteps,
    ha: 'stop',
  },
  {
    type: 'qemu',
    name: 'reboot',
    task: () => 'qmreboot',
    refuse: (context, guest) => {
      refusePaused(context, guest);
      mustRun(context, guest);
    },
    steps: rebootSteps,
  },
  {
    type: 'qemu',
    name: 'suspend',
    task: ({ params }) => (flag(params, 'todisk') ? 'qmsuspend' : 'qmpause'),
    refuse: refuseSuspend,
    steps: suspendSteps,
  },
  {
    type: 'qemu',
    name: 'resume',
    task: () => 'qmresume',
    refuse: (context, guest) => {
      assertRootOptions(context, ['nocheck']);
      if (guest.config.lock !== 'suspended') mustRun(context, guest);
    },
    steps: resumeSteps,
  },
  { type: 'lxc', name: 'start', task: () => 'vzstart', refuse: mustNotRun, steps: startSteps, ha: 'start' },
  { type: 'lxc', name: 'stop', task: () => 'vzstop', refuse: mustRun, steps: stopSteps, ha: 'stop' },
  {
    type: 'lxc',
    name: 'shutdown',
    task: () => 'vzshutdown',
    refuse: mustRun,
    steps: shutdownSteps,
    ha: 'stop',
  },
  {
    type: 'lxc',
    name: 'reboot',
    task: () => 'vzreboot',
    // PVE says VM here for a container too.
    refuse: (_, guest) => {
      if (!isRunning(guest)) die(`VM ${guest.vmid} not running`);
    },
    steps: rebootSteps,
  },
  { type: 'lxc', name: 'suspend', task: () => 'vzsuspend', refuse: mustRun, steps: checkpointSteps },
  { type: 'lxc', name: 'resume', task: () => 'vzresume', refuse: mustNotRun, steps: checkpointSteps },
];

/** HA is told the wish and does it itself, a moment later. */
function viaHa(context: DemoContext, guest: GuestState, wish: 'start' | 'stop', resource: string): string {
  if (flag(context.params, 'overrule-shutdown')) {
    refuseParams({ 'overrule-shutdown': 'Not applicable for HA resources.' });
  }
  return context.startTask({
    node: guest.node,
    type: wish === 'start' ? 'hastart' : 'hastop',
    id: String(guest.vmid),
    steps: [
      {
        log: `Requesting HA ${wish} for ${guestKind(guest.type)} ${guest.vmid}`,
        apply: () => {
          const managed = context.state.haResources[resource];
          if (managed) managed.state = wish === 'start' ? 'started' : 'stopped';
          if (wish === 'stop') stopGuest(guest);
          else if (!isRunning(guest)) startGuest(context, guest);
        },
      },
    ],
  });
}

function run(action: PowerAction, context: DemoContext, guest: GuestState): string {
  skipsLock(context);
  action.refuse?.(context, guest);
  const resource = haResource(context.state, guest);
  if (action.ha && resource !== undefined) return viaHa(context, guest, action.ha, resource);
  return context.startTask({
    node: guest.node,
    type: action.task(context),
    id: String(guest.vmid),
    steps: action.steps(context, guest),
  });
}

/** Start, stop, shutdown, reboot, reset, suspend and resume: each answers the UPID of its task. */
export const powerEndpoints: readonly DemoEndpoint[] = actions.map((action) =>
  guestEndpoint(action.type, 'POST', `/status/${action.name}`, (context, guest) =>
    run(action, context, guest),
  ),
);
