import { logRows } from '../cluster/log-rows.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { integer, text } from '../params.ts';
import { refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, NodeState } from '../state.ts';

interface Entry {
  readonly time: number;
  readonly unit: string;
  readonly pid: number;
  readonly text: string;
}

const DAY = 86_400;

/** Boot messages of the kernel and systemd that every node starts with. */
const boot = (node: NodeState): Entry[] => [
  { time: node.bootedAt, unit: 'kernel', pid: 0, text: `Linux version ${node.kernel} (build@proxmox)` },
  ...Object.entries(node.services)
    .filter(([, state]) => state === 'running')
    .map(([service], index) => ({
      time: node.bootedAt + 12 + index,
      unit: 'systemd',
      pid: 1,
      text: `Started ${service}.service.`,
    })),
];

/** What pvedaemon writes when a task starts and ends. */
const taskEntries = (state: DemoState, node: NodeState): Entry[] =>
  state.tasks
    .filter((task) => task.node === node.name)
    .flatMap((task) => {
      const pid = Number.parseInt(task.upid.split(':')[2] ?? '0', 16);
      const user = task.tokenid === undefined ? task.user : `${task.user}!${task.tokenid}`;
      const entry = (time: number, what: string): Entry => ({
        time,
        unit: 'pvedaemon',
        pid,
        text: `<${user}> ${what}`,
      });
      return [
        entry(task.starttime, `starting task ${task.upid}`),
        ...(task.endtime === undefined
          ? []
          : [entry(task.endtime, `end task ${task.upid} ${task.exitstatus ?? 'unknown'}`)]),
      ];
    });

/** Hourly cron lines of the last day, so that a quiet node is not silent. */
const cron = (node: NodeState, now: number): Entry[] => {
  const last = Math.floor(now / 3600) * 3600 + 17 * 60;
  return Array.from({ length: 24 }, (_, hour) => ({
    time: last - (hour + 1) * 3600,
    unit: 'CRON',
    pid: 40_000 + hour,
    text: '(root) CMD (cd / && run-parts --report /etc/cron.hourly)',
  })).filter((entry) => entry.time > node.bootedAt && entry.time <= now);
};

const entries = (state: DemoState, node: NodeState, now: number): Entry[] =>
  [...boot(node), ...taskEntries(state, node), ...cron(node, now)].sort((a, b) => a.time - b.time);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A line as `journalctl -o short` prints it; the demo's clock is UTC. */
const printLine = (node: NodeState, { time, unit, pid, text: message }: Entry): string => {
  const date = new Date(time * 1000);
  const day = String(date.getUTCDate()).padStart(2, '0');
  const clock = date.toISOString().slice(11, 19);
  const source = pid === 0 ? unit : `${unit}[${pid}]`;
  return `${months[date.getUTCMonth()] ?? ''} ${day} ${clock} ${node.name} ${source}: ${message}`;
};

/** `YYYY-MM-DD` with an optional time, as Unix seconds. */
const moment = (value: string | undefined, name: string): number | undefined => {
  if (value === undefined) return undefined;
  const [, date, clock = '00:00:00'] =
    /^(\d{4}-\d{2}-\d{2})(?: (\d{2}:\d{2}(?::\d{2})?))?$/.exec(value) ?? [];
  const parsed = Date.parse(`${date ?? ''}T${clock.padEnd(8, ':00')}Z`);
  return Number.isNaN(parsed)
    ? refuseParams({ [name]: 'value does not match the regex pattern' })
    : parsed / 1000;
};

const syslog = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const since = moment(text(context.params, 'since'), 'since');
  const until = moment(text(context.params, 'until'), 'until');
  const service = text(context.params, 'service')?.replace(/\.service$/, '');
  const lines = entries(context.state, node, context.now)
    .filter(
      (entry) =>
        (service === undefined || entry.unit === service || entry.text.includes(`${service}.service`)) &&
        (since === undefined || entry.time >= since) &&
        (until === undefined || entry.time <= until),
    )
    .map((entry) => printLine(node, entry));
  context.setTotal?.(Math.max(1, lines.length));
  return logRows(lines, context.params);
};

const cursorOf = (index: number): string => `s=demo;i=${index.toString(16)}`;

const indexOf = (cursor: string | undefined): number | undefined => {
  const found = /^s=demo;i=([0-9a-f]+)$/.exec(cursor ?? '')?.[1];
  return found === undefined ? undefined : Number.parseInt(found, 16);
};

/** Lines between a first and a last cursor, as PVE's mini-journalreader frames them. */
const journal = (context: DemoContext): unknown => {
  const { state, params, now } = context;
  const node = nodeOf(context);
  const since = integer(params, 'since');
  const until = integer(params, 'until');
  const start = indexOf(text(params, 'startcursor'));
  const end = indexOf(text(params, 'endcursor'));
  const last = integer(params, 'lastentries');
  let numbered = entries(state, node, now)
    .map((entry, index) => ({ entry, index }))
    .filter(
      ({ entry, index }) =>
        entry.time >= (since ?? now - 30 * DAY) &&
        entry.time <= (until ?? now) &&
        (start === undefined || index > start) &&
        (end === undefined || index < end),
    );
  if (last !== undefined) numbered = last === 0 ? [] : numbered.slice(-last);
  const first = numbered[0];
  const final = numbered.at(-1);
  if (!first || !final) return [];
  return [
    cursorOf(first.index),
    ...numbered.map(({ entry }) => printLine(node, entry)),
    cursorOf(final.index),
  ];
};

export const journalEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/syslog', handle: syslog },
  { method: 'GET', path: '/nodes/{node}/journal', handle: journal },
];
