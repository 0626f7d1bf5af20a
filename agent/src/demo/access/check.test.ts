import { describe, expect, test } from 'vitest';
import { apiMethod } from '../server/schema.ts';
import type { ApiMethod } from '../server/schema.ts';
import { generateWorld } from '../world/generate.ts';
import { checkApiPermission } from './check.ts';
import { createPermissionEngine } from './permissions.ts';

const state = generateWorld({ seed: 1, now: 1_800_000_000 });
state.acl.push(
  {
    path: '/access/groups/ops',
    type: 'user',
    ugid: 'developer@pve',
    roleid: 'PVEUserAdmin',
    propagate: true,
  },
  { path: '/access/realm/pve', type: 'user', ugid: 'developer@pve', roleid: 'PVEUserAdmin', propagate: true },
);

const outcome = (
  userid: string,
  perm: ApiMethod['perm'],
  params: Readonly<Record<string, unknown>> = {},
): string => {
  try {
    checkApiPermission(perm, { state, engine: createPermissionEngine(state), userid, params });
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
};

const permOf = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string): ApiMethod['perm'] =>
  apiMethod(method, path)?.perm ?? null;

describe('checkApiPermission', () => {
  test('without permissions in the schema only root passes', () => {
    expect(outcome('root@pam', null)).toBe('ok');
    expect(outcome('secured@pve', null)).toBe('Permission check failed (user != root@pam)');
  });

  test('world is for anyone, all for any login', () => {
    expect(outcome('', { user: 'world' })).toBe('ok');
    expect(outcome('', { user: 'all' })).toBe('Permission check failed (user != null)');
    expect(outcome('developer@pve', { user: 'all' })).toBe('ok');
  });

  test('names path and privilege as PVE does', () => {
    const perm = { check: ['perm', '/vms/{vmid}', ['VM.Audit', 'VM.Config.Network']] };
    expect(outcome('auditor@pve', perm, { vmid: '105' })).toBe(
      'Permission check failed (/vms/105, VM.Config.Network)',
    );
    const any = { check: ['perm', '/vms/{vmid}', ['VM.Clone', 'VM.Config.Network'], 'any', 1] };
    expect(outcome('auditor@pve', any, { vmid: '105' })).toBe(
      'Permission check failed (/vms/105, VM.Clone|VM.Config.Network)',
    );
    expect(outcome('operator@pve', any, { vmid: '105' })).toBe('ok');
  });

  test('or needs one, and; require_param needs the parameter', () => {
    const clone = permOf('POST', '/nodes/{node}/qemu/{vmid}/clone');
    const sent = { vmid: '105', newid: '900' };
    expect(outcome('developer@pve', clone, sent)).toBe('Permission check failed (/vms/105, VM.Clone)');
    expect(outcome('operator@pve', clone, sent)).toBe('Permission check failed');
    expect(outcome('operator@pve', clone, { ...sent, pool: 'production' })).toBe('ok');
    expect(outcome('secured@pve', clone, sent)).toBe('ok');
  });

  test('users may read their own token, user administrators those of their groups', () => {
    const tokens = permOf('GET', '/access/users/{userid}/token');
    expect(outcome('auditor@pve', tokens, { userid: 'auditor@pve' })).toBe('ok');
    expect(outcome('auditor@pve', tokens, { userid: 'anna@pve' })).toBe('Permission check failed');
    expect(outcome('developer@pve', tokens, { userid: 'anna@pve' })).toBe('ok');
    expect(outcome('developer@pve', tokens, { userid: 'carla@pve' })).toBe('Permission check failed');
    expect(outcome('developer@pve', tokens, { userid: 'nonsense' })).toMatch(
      /does not look like a valid user name/,
    );
  });

  test('creating users is limited to one’s groups', () => {
    const create = permOf('POST', '/access/users');
    const sent = { userid: 'new@pve', groups: 'ops' };
    expect(outcome('developer@pve', create, sent)).toBe('ok');
    expect(outcome('developer@pve', create, { ...sent, groups: 'admins' })).toBe(
      'Permission check failed (/access/groups/admins, User.Modify)',
    );
    expect(outcome('developer@pve', create, { userid: 'new@pve' })).toBe(
      'Permission check failed (/access/groups, User.Modify)',
    );
    expect(outcome('developer@pve', create, { ...sent, userid: 'new@pam' })).toBe(
      'Permission check failed (/access/realm/pam, Realm.AllocateUser)',
    );
  });

  test('changing ACLs of a guest takes VM.Allocate there', () => {
    const acl = permOf('PUT', '/access/acl');
    expect(outcome('operator@pve', acl, { path: '/vms/105' })).toBe('ok');
    expect(outcome('operator@pve', acl, { path: '/' })).toBe(
      'Permission check failed (/, Permissions.Modify)',
    );
  });
});
