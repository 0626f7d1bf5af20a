import type { DemoState } from '../state.ts';

/** PVE 9's privileges by area and by who gets them (pve-access-control, AccessControl.pm). */
const areas = {
  VM: {
    root: [],
    admin: `VM.Config.Disk VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.HWType VM.Config.Options
      VM.Allocate VM.Clone VM.GuestAgent.Unrestricted VM.Migrate VM.Replicate VM.Snapshot
      VM.Snapshot.Rollback`.split(/\s+/),
    user: `VM.Config.CDROM VM.Config.Cloudinit VM.Console VM.Backup VM.GuestAgent.FileRead
      VM.GuestAgent.FileSystemMgmt VM.GuestAgent.FileWrite VM.PowerMgmt`.split(/\s+/),
    audit: ['VM.Audit', 'VM.GuestAgent.Audit'],
  },
  Sys: {
    root: ['Sys.PowerMgmt', 'Sys.Modify', 'Sys.Incoming', 'Sys.AccessNetwork'],
    admin: ['Sys.Console', 'Sys.Syslog'],
    user: [],
    audit: ['Sys.Audit'],
  },
  Datastore: {
    root: [],
    admin: ['Datastore.Allocate', 'Datastore.AllocateTemplate'],
    user: ['Datastore.AllocateSpace'],
    audit: ['Datastore.Audit'],
  },
  SDN: { root: [], admin: ['SDN.Allocate', 'SDN.Audit'], user: ['SDN.Use'], audit: ['SDN.Audit'] },
  User: {
    root: ['Realm.Allocate'],
    admin: ['User.Modify', 'Group.Allocate', 'Realm.AllocateUser'],
    user: [],
    audit: [],
  },
  Pool: { root: [], admin: ['Pool.Allocate'], user: ['Pool.Audit'], audit: ['Pool.Audit'] },
  Mapping: { root: [], admin: ['Mapping.Modify'], user: ['Mapping.Use'], audit: ['Mapping.Audit'] },
} satisfies Record<string, Record<'root' | 'admin' | 'user' | 'audit', string[]>>;

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort();

/** Every privilege PVE knows. */
export const privileges: readonly string[] = sorted([
  'Permissions.Modify',
  ...Object.values(areas).flatMap(({ root, admin, user, audit }) => [...root, ...admin, ...user, ...audit]),
]);

const perArea = Object.entries(areas).flatMap(([area, { admin, user, audit }]) => {
  const roles: [string, readonly string[]][] = [[`PVE${area}Admin`, sorted([...admin, ...user, ...audit])]];
  if (user.length > 0) roles.push([`PVE${area}User`, sorted([...user, ...audit])]);
  return roles;
});

/** PVE's built-in roles with their privileges; they cannot be changed or deleted. */
export const specialRoles: Readonly<Record<string, readonly string[]>> = {
  NoAccess: [],
  Administrator: privileges,
  PVEAdmin: sorted(
    Object.values(areas)
      .flatMap(({ admin, user, audit }) => [...admin, ...user, ...audit])
      .filter((privilege) => privilege !== 'Mapping.Modify'),
  ),
  PVEAuditor: sorted(Object.values(areas).flatMap(({ audit }) => audit)),
  PVETemplateUser: ['VM.Audit', 'VM.Clone'],
  ...Object.fromEntries(perArea),
};

/** Built-in and custom roles of the cluster by name. */
export const allRoles = (state: DemoState): Readonly<Record<string, readonly string[]>> => ({
  ...state.roles,
  ...specialRoles,
});
