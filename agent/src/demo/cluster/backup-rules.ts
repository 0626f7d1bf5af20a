import type { DemoContext } from '../endpoint.ts';
import type { Section } from '../state.ts';
import { isTrue } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import { propertyObject } from './sections.ts';

const isRootUser = (context: DemoContext): boolean => context.caller.userid === 'root@pam';

/** What PVE lets only root, or only an administrator, set on a backup (assert_param_permission_common). */
export const checkBackupParams = (
  context: DemoContext,
  section: Readonly<Section>,
  deleting = false,
): void => {
  if (isRootUser(context)) return;
  for (const key of ['tmpdir', 'dumpdir', 'script', 'job-id']) {
    if (Object.hasOwn(section, key)) refuseParams({ [key]: 'Only root may set this option.' });
  }
  if (['bwlimit', 'ionice', 'performance'].some((key) => section[key] !== undefined)) {
    context.caller.require('/', ['Sys.Modify']);
  }
  const fleecing = deleting ? undefined : propertyObject(section.fleecing ?? '').storage;
  if (fleecing !== undefined) {
    context.caller.require(`/storage/${fleecing}`, ['Datastore.AllocateSpace']);
  }
};

/** The storage a backup goes to: `local` when neither storage nor dumpdir is given. */
export const backupStorage = (section: Readonly<Section>): string | undefined =>
  section.storage ?? (section.dumpdir ? undefined : 'local');

const requirePool = (context: DemoContext, pool: string | undefined): void => {
  if (!pool) return;
  if (!context.state.pools[pool]) die(`pool '${pool}' does not exist`);
  context.caller.require(`/pool/${pool}`, ['VM.Backup']);
};

/** Who may create a job: `Datastore.Allocate` on its storage, `VM.Backup` on its pool. */
export const checkJobCreate = (context: DemoContext, job: Readonly<Section>): void => {
  checkBackupParams(context, job);
  const storage = backupStorage(job);
  if (storage && !isRootUser(context)) {
    context.caller.require(`/storage/${storage}`, ['Datastore.Allocate']);
  }
  requirePool(context, job.pool);
};

/** Who may change a job, from what it was and what it becomes. */
export const checkJobUpdate = (
  context: DemoContext,
  set: Readonly<Section>,
  remove: readonly string[],
  current: Readonly<Section> | undefined,
): void => {
  if (!isRootUser(context)) {
    checkBackupParams(context, set);
    checkBackupParams(context, Object.fromEntries(remove.map((key) => [key, '1'])), true);
    if (set.storage) context.caller.require(`/storage/${set.storage}`, ['Datastore.Allocate']);
    else if (remove.includes('storage')) {
      context.caller.require('/storage/local', ['Datastore.Allocate']);
    }
    if (current?.dumpdir) die("only root@pam may edit jobs with a 'dumpdir' option.");
    const storage = current ? backupStorage(current) : undefined;
    if (storage) context.caller.require(`/storage/${storage}`, ['Datastore.Allocate']);
  }
  requirePool(context, set.pool);
};

const noteVariables = ['cluster', 'guestname', 'node', 'vmid'];

const checkNotesTemplate = (template: string): void => {
  if (template.includes('\n')) refuseParams({ 'notes-template': 'contains a line feed' });
  const problems = [
    ...[...template.matchAll(/\\(.)/g)]
      .filter((match) => !['n', '\\'].includes(match[1] ?? ''))
      .map((match) => `escape sequence '${match[0]}' at char ${match.index}`),
    ...[...template.matchAll(/\{\{([^\s{}]+)\}\}/g)]
      .filter((match) => !noteVariables.includes(match[1] ?? ''))
      .map((match) => `variable '${match[1] ?? ''}' at char ${match.index + 2}`),
  ];
  if (problems.length > 0) {
    refuseParams({ 'notes-template': `found unknown: ${problems.join(', ')}` });
  }
};

/** Fills the `{{variables}}` of a notes template; a line feed and a backslash are its only escapes. */
export const fillNotes = (template: string, values: Readonly<Record<string, string>>): string =>
  template
    .replaceAll(/\\(.)/g, (_whole, escaped: string) => (escaped === 'n' ? '\n' : escaped))
    .replaceAll(/\{\{([^\s{}]+)\}\}/g, (whole, name: string) => values[name] ?? whole);

/** Which options exclude one another, and what must be there (verify_vzdump_parameters). */
export const verifyVzdumpParams = (section: Section, complete: boolean): void => {
  for (const key of ['all', 'exclude', 'pool']) {
    const given = key === 'all' ? isTrue(section.all) : Boolean(section[key]);
    if (given && section.vmid) refuseParams({ [key]: "option conflicts with option 'vmid'" });
  }
  checkNotesTemplate(section['notes-template'] ?? '');
  if (section.exclude !== undefined && !section.pool) section.all = '1';
  if (!complete) return;
  if (!isTrue(section.all) && !isTrue(section.stop) && !section.pool && !section.vmid) {
    refuseParams({ vmid: 'property is missing' });
  }
};
