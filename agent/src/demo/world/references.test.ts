import { describe, expect, it } from 'vitest';
import { generateWorld } from './generate.ts';
import { snippetsOfConfig, volumesOfConfig } from './volume-refs.ts';

const specialRoles = new Set([
  'Administrator',
  'NoAccess',
  'PVEAdmin',
  'PVEAuditor',
  'PVEDatastoreAdmin',
  'PVEDatastoreUser',
  'PVEPoolUser',
  'PVESysAdmin',
  'PVETemplateUser',
  'PVEUserAdmin',
  'PVEVMAdmin',
  'PVEVMUser',
]);

describe.each([
  ['hand-written', generateWorld({ seed: 1, now: 1_790_000_000 })],
  ['sampled', generateWorld({ seed: 3, now: 1_790_000_000, nodes: 7, guests: 2000 })],
])('in the %s world everything that is named exists:', (_, world) => {
  const guests = Object.values(world.guests);

  it('nodes of guests, and storages on these nodes', () => {
    const missing = guests.flatMap((guest) => {
      if (world.nodes[guest.node] === undefined) return [`${guest.vmid}: node ${guest.node}`];
      return volumesOfConfig(guest.config).flatMap(({ storage }) => {
        const section = world.storages[storage];
        const there = section !== undefined && (section.nodes ?? guest.node).split(',').includes(guest.node);
        return there ? [] : [`${guest.vmid} on ${guest.node}: ${storage}`];
      });
    });
    expect(missing).toEqual([]);
  });

  it('a volume of the right size for every disk, ISO and snippet, where the guest is', () => {
    const volumes = new Map(world.volumes.map((volume) => [`${volume.volid} ${volume.node ?? '*'}`, volume]));
    const wrong = guests.flatMap((guest) =>
      [
        guest.config,
        guest.pending.set,
        ...Object.values(guest.snapshots).map(({ config }) => config),
      ].flatMap((section) => {
        const refs = [
          ...volumesOfConfig(section),
          ...snippetsOfConfig(section).map(({ storage, volname }) => ({
            key: 'cicustom',
            volid: `${storage}:${volname}`,
            sizeBytes: 0,
          })),
        ];
        return refs.flatMap(({ key, volid, sizeBytes }) => {
          const volume = volumes.get(`${volid} *`) ?? volumes.get(`${volid} ${guest.node}`);
          if (volume === undefined) return [`${guest.vmid} ${key}: ${volid} does not exist`];
          const image = volume.content === 'images' || volume.content === 'rootdir';
          return image && key !== 'vmstate' && volume.size !== sizeBytes
            ? [`${guest.vmid} ${key}: size`]
            : [];
        });
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('the base image of every linked clone', () => {
    const ids = new Set(world.volumes.map(({ volid }) => volid));
    const clones = world.volumes.filter(({ parent }) => parent !== undefined);
    for (const { volid } of clones) {
      const base = /^(.*base-\d+-disk-\d+(?:\.\w+)?)\//.exec(volid)?.[1] ?? '';
      expect(ids).toContain(base);
    }
  });

  it('bridges', () => {
    const missing = guests.flatMap((guest) => {
      const bridges = new Set(
        world.nodes[guest.node]?.networks.filter(({ type }) => type === 'bridge').map(({ iface }) => iface),
      );
      return Object.entries(guest.config)
        .filter(([key]) => /^net\d+$/.test(key))
        .flatMap(([key, value]) => {
          const bridge = /bridge=([^,]+)/.exec(value)?.[1];
          return bridge !== undefined && bridges.has(bridge) ? [] : [`${guest.vmid} ${key}`];
        });
    });
    expect(missing).toEqual([]);
  });

  it('guests of pools, jobs, HA and replication; each guest in one pool', () => {
    const pooled = Object.values(world.pools).flatMap(({ vmids }) => vmids);
    expect(pooled.toSorted((a, b) => a - b)).toEqual(
      guests.map(({ vmid }) => vmid).toSorted((a, b) => a - b),
    );
    const named = [
      ...Object.values(world.backupJobs).flatMap(({ vmid = '' }) => vmid.split(',')),
      ...Object.keys(world.haResources).map((sid) => sid.replace(/^\w+:/, '')),
      ...Object.values(world.haRules).flatMap(({ resources = '' }) =>
        resources.split(',').map((sid) => sid.replace(/^\w+:/, '')),
      ),
      ...Object.values(world.replication).map(({ guest = '' }) => guest),
    ].filter((vmid) => vmid !== '');
    for (const vmid of named) expect(world.guests).toHaveProperty(vmid);
    for (const sid of Object.keys(world.haResources)) {
      const [kind, vmid = ''] = sid.split(':');
      expect(world.guests[vmid]?.type).toBe(kind === 'vm' ? 'qemu' : 'lxc');
    }
  });

  it('storages of jobs, targets of replication and nodes of rules', () => {
    for (const { storage = '', pool, node } of Object.values(world.backupJobs)) {
      expect(world.storages[storage]?.content).toContain('backup');
      if (pool !== undefined) expect(world.pools).toHaveProperty(pool);
      if (node !== undefined) expect(world.nodes).toHaveProperty(node);
    }
    for (const { guest = '', target = '' } of Object.values(world.replication)) {
      expect(world.nodes).toHaveProperty(target);
      expect(target).not.toBe(world.guests[guest]?.node);
      const storages = volumesOfConfig(world.guests[guest]?.config ?? {}).map(({ storage }) => storage);
      for (const storage of storages) {
        expect(world.storages[storage]?.type).toBe('zfspool');
        expect(world.storages[storage]?.nodes?.split(',')).toContain(target);
      }
    }
    for (const { nodes } of Object.values(world.haRules)) {
      for (const entry of (nodes ?? '').split(',').filter(Boolean))
        expect(world.nodes).toHaveProperty(entry.replace(/:\d+$/, ''));
    }
  });

  it('users, groups, tokens, roles and paths of ACLs', () => {
    for (const { type, ugid, roleid, path } of world.acl) {
      if (type === 'user') expect(world.users).toHaveProperty([ugid]);
      if (type === 'group') expect(world.groups).toHaveProperty([ugid]);
      if (type === 'token') {
        const [userid = '', name = ''] = ugid.split('!');
        expect(world.users[userid]?.tokens).toHaveProperty([name]);
      }
      expect(specialRoles.has(roleid) || roleid in world.roles).toBe(true);
      const [, kind = '', id = ''] = path.split('/');
      if (kind === 'pool') expect(world.pools).toHaveProperty([id]);
      if (kind === 'storage') expect(world.storages).toHaveProperty([id]);
      if (kind === 'vms') expect(world.guests).toHaveProperty([id]);
    }
    for (const { userid, groups } of Object.values(world.users)) {
      for (const group of groups) expect(world.groups).toHaveProperty([group]);
      expect(world.domains).toHaveProperty([userid.split('@')[1] ?? '']);
    }
  });

  it('firewall groups, sets and aliases', () => {
    const sets = new Set(Object.keys(world.firewall.ipsets));
    const rules = [
      ...world.firewall.rules,
      ...Object.values(world.firewall.groups).flatMap((group) => group.rules),
      ...guests.flatMap(({ firewall }) => firewall.rules),
      ...Object.values(world.nodes).flatMap(({ firewall }) => firewall.rules),
    ];
    for (const { type, action = '', source = '', dest = '' } of rules) {
      if (type === 'group') expect(world.firewall.groups).toHaveProperty([action]);
      for (const address of [source, dest]) {
        const set = /^\+(?:dc\/)?(.+)$/.exec(address)?.[1];
        if (set !== undefined) expect(sets).toContain(set);
        const alias = /^dc\/(.+)$/.exec(address)?.[1];
        if (alias !== undefined) expect(world.firewall.aliases).toHaveProperty([alias]);
      }
    }
  });

  it('mapped devices and folders', () => {
    for (const { config } of guests) {
      for (const [key, value] of Object.entries(config)) {
        const pci = key.startsWith('hostpci') ? /mapping=([^,]+)/.exec(value)?.[1] : undefined;
        if (pci !== undefined) expect(world.mappings.pci).toHaveProperty([pci]);
        if (key.startsWith('virtiofs'))
          expect(world.mappings.dir).toHaveProperty([value.split(',')[0] ?? '']);
      }
    }
  });

  it('boot devices and parents of snapshots', () => {
    for (const { config, snapshots, vmid } of guests) {
      const order = /order=([^,]*)/.exec(config.boot ?? '')?.[1]?.split(';') ?? [];
      for (const key of order) expect(config, `boot of ${vmid}`).toHaveProperty([key]);
      if (config.parent !== undefined) expect(snapshots, `parent of ${vmid}`).toHaveProperty([config.parent]);
    }
  });

  it('unique MACs but for the one pair that was copied', () => {
    const owners = new Map<string, number[]>();
    for (const { vmid, config } of guests) {
      for (const [key, value] of Object.entries(config)) {
        if (!/^net\d+$/.test(key)) continue;
        const mac = /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/.exec(value)?.[0] ?? '';
        owners.set(mac, [...(owners.get(mac) ?? []), vmid]);
      }
    }
    expect(owners.has('')).toBe(false);
    expect([...owners].filter(([, vmids]) => vmids.length > 1)).toEqual([['BC:24:11:7A:3C:19', [109, 110]]]);
  });

  it('tasks with a UPID that says what the task says', () => {
    const upids = new Set(world.tasks.map(({ upid }) => upid));
    expect(upids.size).toBe(world.tasks.length);
    for (const task of world.tasks) {
      const match = /^UPID:([^:]+):[0-9A-F]{8}:[0-9A-F]{8,9}:([0-9A-F]{8}):([^:]+):(.*):([^:]+@[^:]+):$/.exec(
        task.upid,
      );
      expect(match?.[1]).toBe(task.node);
      expect(parseInt(match?.[2] ?? '', 16)).toBe(task.starttime);
      expect(match?.[3]).toBe(task.type);
      expect(match?.[5]).toBe(task.user);
      expect(world.nodes).toHaveProperty(task.node);
      expect(task.endtime).toBeGreaterThanOrEqual(task.starttime);
    }
  });
});
