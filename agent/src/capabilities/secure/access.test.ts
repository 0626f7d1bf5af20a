import { describe, expect, it } from 'vitest';
import type { AclEntry } from '../../pve/inventory/types.ts';
import { administrators, controlsGuest, holders, multiTenant } from './access.ts';
import { acl, guestIn, roles, twoTenants, users } from './testing/world.ts';

const who = (entries: readonly AclEntry[], people: ReturnType<typeof users>, pool?: string): string[] =>
  holders({ acl: entries, roles, users: people }, '/vms/105', pool, controlsGuest).map(({ id }) => id);

describe('who holds privileges', () => {
  it('inherits along the path unless an entry does not propagate', () => {
    expect(who([acl('/', 'a@pve', 'PVEVMUser')], users('a@pve'))).toEqual(['a@pve']);
    expect(who([acl('/', 'a@pve', 'PVEVMUser', false)], users('a@pve'))).toEqual([]);
  });

  it('lets a deeper entry replace an inherited one', () => {
    expect(
      who([acl('/', 'a@pve', 'PVEVMUser'), acl('/vms/105', 'a@pve', 'PVEAuditor')], users('a@pve')),
    ).toEqual([]);
  });

  it("prefers a user's own entry to those of groups", () => {
    const people = users('a@pve').map((user) => ({ ...user, groups: ['ops'] }));
    const group: AclEntry = {
      path: '/vms',
      type: 'group',
      ugid: 'ops',
      roleid: 'PVEVMUser',
      propagate: true,
    };
    expect(who([group], people)).toEqual(['a@pve']);
    expect(who([group, acl('/vms', 'a@pve', 'PVEAuditor')], people)).toEqual([]);
  });

  it('adds what a pool gives, unless NoAccess is set', () => {
    const pool = acl('/pool/p', 'a@pve', 'PVEVMUser');
    expect(who([pool], users('a@pve'), 'p')).toEqual(['a@pve']);
    expect(who([pool], users('a@pve'), 'q')).toEqual([]);
    expect(who([pool, acl('/vms/105', 'a@pve', 'NoAccess')], users('a@pve'), 'p')).toEqual([]);
  });

  it('bounds a privilege-separated token by its owner; a full one has what the owner has', () => {
    const withTokens = users('a@pve').map((user) => ({
      ...user,
      tokens: [
        { id: 'full', privsep: false },
        { id: 'bound', privsep: true },
      ],
    }));
    const token = acl('/vms', 'a@pve!bound', 'PVEVMUser');
    expect(who([acl('/vms', 'a@pve', 'PVEVMUser')], withTokens)).toEqual(['a@pve', 'a@pve!full']);
    expect(who([token], withTokens)).toEqual([]);
    expect(who([token, acl('/vms', 'a@pve', 'PVEVMUser')], withTokens)).toEqual([
      'a@pve',
      'a@pve!full',
      'a@pve!bound',
    ]);
  });

  it('leaves out disabled users', () => {
    const off = users('a@pve').map((user) => ({ ...user, enabled: false }));
    expect(who([acl('/', 'a@pve', 'PVEVMUser')], off)).toEqual([]);
  });

  it('knows administrators by what they may do on /', () => {
    const data = {
      acl: [acl('/', 'a@pve', 'Administrator'), acl('/vms', 'b@pve', 'Administrator')],
      roles,
      users: users('a@pve', 'b@pve'),
    };
    expect([...administrators(data)]).toEqual(['a@pve']);
  });
});

describe('several tenants', () => {
  const known = (world: Parameters<typeof guestIn>[2]) =>
    multiTenant(guestIn('qemu', '', world).surroundings.cluster);

  it('are more than one party that is no administrator and controls guests', () => {
    expect(known(twoTenants)).toEqual({ known: true, value: true });
    expect(known({ users: users('a@pve'), acl: [acl('/vms', 'a@pve', 'PVEVMUser')] })).toEqual({
      known: true,
      value: false,
    });
    expect(
      known({
        users: users('a@pve', 'b@pve'),
        acl: [acl('/vms', 'a@pve', 'PVEVMUser'), acl('/', 'b@pve', 'Administrator')],
      }),
    ).toEqual({ known: true, value: false });
    expect(
      known({
        users: users('a@pve', 'b@pve'),
        acl: [acl('/', 'a@pve', 'PVEAuditor'), acl('/', 'b@pve', 'PVEAuditor')],
      }),
    ).toEqual({ known: true, value: false });
  });
});
