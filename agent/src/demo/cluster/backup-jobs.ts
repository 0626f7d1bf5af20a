import { randomUUID } from 'node:crypto';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { Section } from '../state.ts';
import { backupVolumes, includedGuests } from './backup-coverage.ts';
import { checkJobCreate, checkJobUpdate, verifyVzdumpParams } from './backup-rules.ts';
import { isCalendarEvent, nextEvent } from './calendar.ts';
import { asSection, textOrEmpty, splitList, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { guestName } from './rows.ts';
import { typed } from './sections.ts';

const typing = {
  numeric: [
    'all',
    'bwlimit',
    'enabled',
    'ionice',
    'lockwait',
    'protected',
    'quiet',
    'remove',
    'repeat-missed',
    'stdexcludes',
    'stop',
    'stopwait',
    'zstd',
  ],
  objects: ['fleecing', 'prune-backups', 'performance'],
};

const allDays = 'mon,tue,wed,thu,fri,sat,sun';

const answer = (id: string, job: Section): Record<string, unknown> => ({
  ...typed(job, typing),
  id,
  type: 'vzdump',
});

const index = ({ state, now }: DemoContext): unknown =>
  Object.entries(state.backupJobs).map(([id, job]) => {
    const next = job.schedule ? nextEvent(job.schedule, now) : undefined;
    return { ...answer(id, job), ...(next === undefined ? {} : { 'next-run': next }) };
  });

const jobOf = ({ state, params }: DemoContext): [string, Section] => {
  const id = textOrEmpty(params, 'id');
  const job = Object.hasOwn(state.backupJobs, id) ? state.backupJobs[id] : undefined;
  return [id, job ?? refuseParams({ id: `No such job '${id}'` })];
};

/** Turns the older `starttime` and `dow` into a schedule, as PVE does. */
const withSchedule = (section: Section, needed: boolean): Section => {
  const { starttime, dow, ...rest } = section;
  if (rest.schedule !== undefined) {
    if (starttime !== undefined) {
      refuseParams({ starttime: "'starttime' and 'schedule' cannot both be set" });
    }
    if (!isCalendarEvent(rest.schedule)) {
      refuseParams({ schedule: `invalid format - unable to parse calendar event` });
    }
    return rest;
  }
  if (starttime === undefined) {
    if (needed) refuseParams({ schedule: "neither 'starttime' nor 'schedule' were set" });
    return rest;
  }
  const days = splitList(dow).join(',');
  return { ...rest, schedule: days === '' || days === allDays ? starttime : `${days} ${starttime}` };
};

const create = (context: DemoContext): null => {
  const { state, params } = context;
  const asked = asSection(params, ['id']);
  checkJobCreate(context, asked);
  const job: Section = { enabled: '1', ...withSchedule(asked, true) };
  const id = text(params, 'id') ?? randomUUID();
  if (state.backupJobs[id]) die(`Job '${id}' already exists`);
  verifyVzdumpParams(job, true);
  state.backupJobs[id] = job;
  return null;
};

const deletable = ['comment', 'repeat-missed'];

const update = (context: DemoContext): null => {
  const { state, params } = context;
  const id = textOrEmpty(params, 'id');
  const remove = splitList(text(params, 'delete'));
  const asked = asSection(params, ['id', 'delete']);
  checkJobUpdate(context, asked, remove, undefined);
  const set = withSchedule(asked, false);
  if (Object.keys(set).length === 0 && remove.length === 0) die('no options specified');
  verifyVzdumpParams(set, false);
  const current = state.backupJobs[id] ?? die('no such vzdump job');
  checkJobUpdate(context, set, remove, current);
  for (const key of remove) {
    if (!knownOptions.has(key) && !deletable.includes(key)) {
      refuseParams({ delete: `unknown option '${key}'` });
    }
  }
  const job: Section = { ...current };
  for (const key of remove) Reflect.deleteProperty(job, key);
  Object.assign(job, set);
  if (job.exclude !== undefined && job.pool === undefined) job.all = '1';
  const drop = (...keys: string[]): void => {
    for (const key of keys) Reflect.deleteProperty(job, key);
  };
  if (set.vmid !== undefined) drop('all', 'exclude', 'pool');
  else if (set.all === '1') drop('vmid', 'pool');
  else if (job.pool) drop('vmid', 'all', 'exclude');
  verifyVzdumpParams(job, true);
  state.backupJobs[id] = job;
  return null;
};

/** vzdump's own options: what a job may unset. */
const knownOptions = new Set([
  'all',
  'bwlimit',
  'compress',
  'dumpdir',
  'enabled',
  'exclude',
  'exclude-path',
  'fleecing',
  'ionice',
  'lockwait',
  'mailnotification',
  'mailto',
  'mode',
  'node',
  'notes-template',
  'notification-mode',
  'pbs-change-detection-mode',
  'performance',
  'pigz',
  'pool',
  'protected',
  'prune-backups',
  'quiet',
  'remove',
  'schedule',
  'script',
  'stdexcludes',
  'stop',
  'stopwait',
  'storage',
  'tmpdir',
  'vmid',
  'zstd',
]);

const remove = (context: DemoContext): null => {
  const [id] = jobOf(context);
  Reflect.deleteProperty(context.state.backupJobs, id);
  return null;
};

const includedVolumes = (context: DemoContext): unknown => {
  const { state, caller } = context;
  const [, job] = jobOf(context);
  const children = includedGuests(state, job)
    .filter((vmid) => caller.can(`/vms/${vmid}`, ['VM.Audit']))
    .map((vmid) => {
      const guest = state.guests[vmid];
      if (!guest) return { id: vmid, type: 'unknown', leaf: 1 };
      const volumes = backupVolumes(guest).map(({ key, volume, included, reason }) => ({
        id: `${vmid}:${key}`,
        name: volume,
        included: included ? 1 : 0,
        reason,
        leaf: 1,
      }));
      return {
        id: vmid,
        type: guest.type,
        name: guestName(guest) ?? '',
        children: volumes,
        leaf: volumes.length === 0 ? 1 : 0,
      };
    });
  return { children };
};

/** Guests that no job names. A disabled job still counts, as in PVE::API2::Cluster::BackupInfo. */
const notBackedUp = ({ state, caller }: DemoContext): unknown => {
  const covered = new Set(Object.values(state.backupJobs).flatMap((job) => includedGuests(state, job)));
  return Object.values(state.guests)
    .filter((guest) => !covered.has(guest.vmid) && caller.can(`/vms/${guest.vmid}`, ['VM.Audit']))
    .map((guest) => {
      const name = guestName(guest);
      return { vmid: guest.vmid, type: guest.type, ...(name === undefined ? {} : { name }) };
    });
};

export const backupEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/backup', handle: index },
  { method: 'POST', path: '/cluster/backup', handle: create },
  { method: 'GET', path: '/cluster/backup/{id}', handle: (context) => answer(...jobOf(context)) },
  { method: 'PUT', path: '/cluster/backup/{id}', handle: update },
  { method: 'DELETE', path: '/cluster/backup/{id}', handle: remove },
  { method: 'GET', path: '/cluster/backup/{id}/included_volumes', handle: includedVolumes },
  {
    method: 'GET',
    path: '/cluster/backup-info',
    handle: () => [{ subdir: 'not-backed-up' }],
  },
  { method: 'GET', path: '/cluster/backup-info/not-backed-up', handle: notBackedUp },
];
