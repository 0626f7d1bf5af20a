import { describe, expect, test } from 'vitest';
import type { AclState, DemoState, UserState } from '../state.ts';
import { generateWorld } from '../world/generate.ts';
import { createPermissionEngine } from './permissions.ts';
import { privileges, specialRoles } from './roles.ts';

const world = generateWorld({ seed: 1, now: 1_800_000_000 });

const user = (userid: string, fields: Partial<UserState> = {}): UserState => ({
  userid,
  enable: true,
  expire: 0,
  groups: [],
  tokens: {},
  ...fields,
});

const cluster = (acl: readonly string[]): DemoState => ({
  ...world,
  users: {
    'a@pve': user('a@pve', {
      groups: ['g', 'h'],
      tokens: {
        full: { secret: '', privsep: false, expire: 0 },
        part: { secret: '', privsep: true, expire: 0 },
      },
    }),
    'root@pam': user('root@pam', { tokens: { part: { secret: '', privsep: true, expire: 0 } } }),
  },
  groups: { g: {}, h: {} },
  roles: { Mine: ['VM.Audit', 'VM.Console'] },
  pools: { p: { vmids: [100], storages: ['nas'] } },
  acl: acl.map((line) => {
    const [path = '', type = '', ugid = '', roleid = '', propagate = '1'] = line.split(' ');
    return { path, type: type as AclState['type'], ugid, roleid, propagate: propagate === '1' };
  }),
});

const held = (acl: readonly string[], path: string, userid = 'a@pve'): string[] =>
  Object.keys(createPermissionEngine(cluster(acl)).privileges(userid, path)).sort();

describe('privileges', () => {
  test('root has all, an unknown user none', () => {
    expect(held([], '/vms/100', 'root@pam')).toEqual(privileges);
    expect(held([], '/vms/100', 'nobody@pve')).toEqual([]);
  });

  test('propagate downwards, unless the entry says not to', () => {
    expect(held(['/ user a@pve Mine'], '/vms/100')).toEqual(['VM.Audit', 'VM.Console']);
    expect(held(['/vms user a@pve Mine 0'], '/vms/100')).toEqual([]);
    expect(held(['/vms user a@pve Mine 0'], '/vms')).toEqual(['VM.Audit', 'VM.Console']);
  });

  test('of a deeper path replace those from above', () => {
    expect(held(['/ user a@pve Administrator', '/vms/101 user a@pve PVEAuditor'], '/vms/101')).toEqual(
      specialRoles.PVEAuditor,
    );
  });

  test('of the user beat those of groups on the same path, and groups add up', () => {
    expect(held(['/ group g Administrator', '/ user a@pve Mine'], '/')).toEqual(['VM.Audit', 'VM.Console']);
    expect(held(['/ group g PVETemplateUser', '/ group h Mine'], '/')).toEqual([
      'VM.Audit',
      'VM.Clone',
      'VM.Console',
    ]);
  });

  test('end with NoAccess, wherever it comes from', () => {
    expect(held(['/ user a@pve Administrator', '/vms/100 user a@pve NoAccess'], '/vms/100')).toEqual([]);
    expect(held(['/ user a@pve Mine', '/pool/p user a@pve NoAccess'], '/vms/100')).toEqual([]);
    expect(held(['/vms user a@pve NoAccess', '/pool/p user a@pve Mine'], '/vms/100')).toEqual([]);
  });

  test('on a pool count for its guests and storages, in addition to their own', () => {
    const acl = ['/pool/p user a@pve Mine', '/vms/100 user a@pve PVETemplateUser'];
    expect(held(acl, '/vms/100')).toEqual(['VM.Audit', 'VM.Clone', 'VM.Console']);
    expect(held(acl, '/vms/101')).toEqual([]);
    expect(held(['/pool user a@pve PVEDatastoreUser'], '/storage/nas')).toContain('Datastore.AllocateSpace');
  });

  test('of a token without separation are its user’s, with separation what both have', () => {
    const acl = ['/ user a@pve Mine', '/vms token a@pve!part PVEVMAdmin'];
    expect(held(acl, '/vms/100', 'a@pve!full')).toEqual(['VM.Audit', 'VM.Console']);
    expect(held(acl, '/vms/100', 'a@pve!part')).toEqual(['VM.Audit', 'VM.Console']);
    expect(held(acl, '/storage/nas', 'a@pve!part')).toEqual([]);
    expect(held(acl, '/vms/100', 'a@pve!gone')).toEqual([]);
    expect(held(['/vms token root@pam!part Mine'], '/vms/100', 'root@pam!part')).toEqual([
      'VM.Audit',
      'VM.Console',
    ]);
  });

  test('say whether they propagate', () => {
    const engine = createPermissionEngine(
      cluster(['/vms user a@pve Mine 0', '/vms user a@pve PVETemplateUser']),
    );
    expect(engine.privileges('a@pve', '/vms')).toEqual({
      'VM.Audit': true,
      'VM.Clone': true,
      'VM.Console': false,
    });
  });

  test('are listed for all paths where there are any', () => {
    const engine = createPermissionEngine(cluster(['/pool/p user a@pve Mine']));
    expect(Object.keys(engine.effective('a@pve')).sort()).toEqual(['/pool/p', '/storage/nas', '/vms/100']);
  });
});

test('the built-in roles are those of PVE 9', () => {
  expect(Object.keys(specialRoles).sort()).toEqual(
    `Administrator NoAccess PVEAdmin PVEAuditor PVEDatastoreAdmin PVEDatastoreUser PVEMappingAdmin PVEMappingUser
     PVEPoolAdmin PVEPoolUser PVESDNAdmin PVESDNUser PVESysAdmin PVETemplateUser PVEUserAdmin PVEVMAdmin PVEVMUser`.split(
      /\s+/,
    ),
  );
  expect(specialRoles.PVEAuditor).toEqual([
    'Datastore.Audit',
    'Mapping.Audit',
    'Pool.Audit',
    'SDN.Audit',
    'Sys.Audit',
    'VM.Audit',
    'VM.GuestAgent.Audit',
  ]);
  expect(specialRoles.PVEAdmin).not.toContain('Permissions.Modify');
  expect(specialRoles.PVESysAdmin).toEqual(['Sys.Audit', 'Sys.Console', 'Sys.Syslog']);
});
