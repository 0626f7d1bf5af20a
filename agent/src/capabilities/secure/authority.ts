import type { PlanCall } from '../../plans/types.ts';
import { requiredPrivileges, ROOT_ONLY } from '../../pve/schema/lookup.ts';
import type { Action, Edit } from './action.ts';

/** Who may make a call. */
export interface Authority {
  /** As `path: privilege`. */
  readonly privileges: readonly string[];
  /** Only root@pam itself, and none of its tokens. */
  readonly rootOnly: boolean;
}

/** What PVE asks of the caller, by its API schema and the values that the call replaces. */
export function authorityOf(
  { method, path, params }: PlanCall,
  old?: Readonly<Record<string, string>>,
): Authority {
  const needed = requiredPrivileges(method, path, params, old);
  return {
    privileges: needed.filter((privilege) => privilege !== ROOT_ONLY).sort(),
    rootOnly: needed.includes(ROOT_ONLY),
  };
}

/** The one object whose configuration PVE also changes in a task. */
const vmConfig = /^\/nodes\/[^/]+\/qemu\/\d+\/config$/;

/**
 * The call that sets some keys of an object and deletes others. A VM's configuration is changed by POST, as PVE's own
 * GUI does for hardware: it runs as a task under the person's name, which may take as long as hotplug and storage need;
 * the PUT holds a worker of pveproxy for that time (qemu-server, PVE/API2/Qemu.pm). Everything else has only PUT.
 */
export function writeOf(
  path: string,
  values: readonly { readonly key: string; readonly value: string | null }[],
): PlanCall {
  const deleted = values.filter(({ value }) => value === null).map(({ key }) => key);
  const params: Record<string, string> = {};
  for (const { key, value } of values) if (value !== null) params[key] = value;
  if (deleted.length > 0) params.delete = deleted.join(',');
  return { method: vmConfig.test(path) ? 'POST' : 'PUT', path, params };
}

/** The one key that an edit changes, as a call of its own. */
export const callOf = ({ target, key, apply }: Edit): PlanCall =>
  writeOf(target.path, [{ key, value: apply(target.values[key] ?? null) }]);

/** True when nobody but root@pam may carry the action out, looked at by itself. */
export const isRootOnly = (action: Action): boolean =>
  action.kind === 'edit'
    ? action.rootOnly || authorityOf(callOf(action), action.target.values).rootOnly
    : authorityOf(action.call).rootOnly;
