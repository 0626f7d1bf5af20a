import type { DemoState } from '../state.ts';
import type { PermissionEngine } from './permissions.ts';

const areas: Readonly<Record<string, RegExp>> = {
  vms: /^(?:VM\.|Permissions\.Modify)/,
  access: /^(?:(?:User|Group)\.|Permissions\.Modify)/,
  storage: /^(?:Datastore\.|Permissions\.Modify)/,
  nodes: /^(?:Sys\.|Permissions\.Modify)/,
  sdn: /^(?:SDN\.|Permissions\.Modify)/,
  dc: /^(?:Sys\.Audit|Sys\.Modify|SDN\.)/,
  mapping: /^(?:Mapping\.|Permissions\.Modify)/,
};

const always = ['/', '/nodes', '/access/groups', '/vms', '/storage', '/sdn', '/mapping'];

/** The `cap` of a login: which privileges the user has anywhere, by area (PVE::RPCEnvironment::compute_api_permission). */
export const loginCapabilities = (
  state: DemoState,
  engine: PermissionEngine,
  userid: string,
): Record<string, Record<string, 1>> => {
  const result: Record<string, Record<string, 1>> = Object.fromEntries(
    Object.keys(areas).map((area) => [area, {}]),
  );
  const grant = (area: string, privilege: string): void => {
    (result[area] ??= {})[privilege] = 1;
  };
  for (const path of new Set([...always, ...state.acl.map((entry) => entry.path)])) {
    const top = /^\/(\w+)/.exec(path)?.[1] ?? 'dc';
    for (const privilege of Object.keys(engine.privileges(userid, path))) {
      if (top === 'pool') {
        if (privilege.startsWith('VM.') || privilege === 'Permissions.Modify') grant('vms', privilege);
        if (privilege.startsWith('Datastore.') || privilege === 'Permissions.Modify')
          grant('storage', privilege);
      } else if (areas[top]?.test(privilege)) {
        grant(top, privilege);
      }
    }
  }
  return result;
};
