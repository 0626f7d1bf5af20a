import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { parseConfFile } from '../../pve/config/conf-file.ts';
import type { DemoState } from '../state.ts';
import { generateWorld } from '../world/generate.ts';
import { guestConfFile } from './guest-file.ts';
import { renderTree } from './tree.ts';

const now = 1_790_000_000;
const world = generateWorld({ seed: 1, now });
const tree = renderTree(world);

/** Two guests are enough where only the change matters. */
const twoGuests: DemoState = {
  ...world,
  guests: Object.fromEntries(
    Object.entries(world.guests).filter(([vmid]) => vmid === '105' || vmid === '106'),
  ),
  volumes: [],
  tasks: [],
};
const change = (edit: (state: DemoState) => void): DemoState => {
  const state = structuredClone(twoGuests);
  edit(state);
  return state;
};

describe('renderTree', () => {
  it('has the files of /etc/pve', () => {
    expect(
      [...tree.keys()].filter((path) => !/^(nodes\/.*conf|firewall\/\d+\.fw)$/.test(path)).sort(),
    ).toEqual(
      (
        '.members .vmlist corosync.conf datacenter.cfg domains.cfg firewall/cluster.fw ha/resources.cfg ha/rules.cfg ' +
        'jobs.cfg mapping/directory.cfg mapping/pci.cfg mapping/usb.cfg nodes/pve1/host.fw nodes/pve2/host.fw ' +
        'nodes/pve3/host.fw notifications.cfg replication.cfg status.cfg storage.cfg user.cfg'
      ).split(' '),
    );
  });

  it('has one file for each guest on its node, from which the codec reads back the guest', () => {
    const confs = [...tree.keys()].filter((path) => /^nodes\/.*\.conf$/.test(path));
    expect(confs).toHaveLength(Object.keys(world.guests).length);
    for (const guest of Object.values(world.guests)) {
      const folder = guest.type === 'qemu' ? 'qemu-server' : 'lxc';
      const text = tree.get(`nodes/${guest.node}/${folder}/${guest.vmid}.conf`) ?? '';
      const read = parseConfFile(guest.type, text);
      const wanted = guestConfFile(guest);
      expect(read.unread).toBeUndefined();
      expect({ ...read.current.values }).toEqual(guest.config);
      expect(read.current.lxcRaw.map((pair) => [...pair])).toEqual(guest.lxcRaw);
      expect({ ...read.pending?.set.values }).toEqual(guest.pending.set);
      expect(read.snapshots.map(({ name }) => name)).toEqual(Object.keys(guest.snapshots));
      read.snapshots.forEach(({ config }, index) => {
        const { description, ...rest } = { ...config.values };
        const { description: before, ...wantedRest } = { ...wanted.snapshots[index]?.config.values };
        expect(rest).toEqual(wantedRest);
        expect(description?.trim()).toBe(before?.trim());
      });
    }
  });

  it('writes keys sorted, as PVE does', () => {
    const text = tree.get('nodes/pve1/qemu-server/105.conf') ?? '';
    const keys = text
      .split('\n\n')[0]
      ?.split('\n')
      .filter((line) => !line.startsWith('#') && line !== '')
      .map((line) => line.split(':')[0] ?? '');
    expect(keys).toEqual(keys?.toSorted());
    expect(text.startsWith('#Main PostgreSQL 15')).toBe(true);
  });

  it('writes storages without the flag that PVE adds itself', () => {
    const text = tree.get('storage.cfg') ?? '';
    expect(text).toContain('nfs: nas\n\texport /export/pve\n\tpath /mnt/pve/nas\n\tserver 10.20.50.5\n');
    expect(text).not.toContain('shared');
    expect(text.endsWith('\n\n')).toBe(true);
  });

  it('writes firewall rules in the words of pve-firewall', () => {
    const cluster = tree.get('firewall/cluster.fw') ?? '';
    expect(cluster).toContain('[OPTIONS]\n\nenable: 1\n');
    expect(cluster).toContain('IN SSH(ACCEPT) -source +management\n');
    expect(cluster).toContain('|IN ACCEPT -p tcp -dport 3128 # SPICE, unused since 2024\n');
    expect(cluster).toContain('[IPSET management] # administrators and jump hosts\n');
    expect(cluster).toContain('!10.20.0.250 # printer, not an administrator\n');
    expect(tree.get('firewall/106.fw')).toContain('GROUP linux-base\n');
    expect(tree.has('firewall/202.fw')).toBe(false);
  });

  it('writes users, tokens, groups, pools and ACLs in the words of user.cfg, and no secret', () => {
    const text = tree.get('user.cfg') ?? '';
    expect(text).toContain('user:operator@pve:1:0:Otto:Operator::::\n');
    expect(text).toContain('token:proxmox-ai@pve!scan:0:1:read only:\n');
    expect(text).toContain('group:ops:anna@pve,ben@pve,extern@pve,operator@pve:operators of production:\n');
    expect(text).toContain('acl:1:/:auditor@pve,proxmox-ai@pve,proxmox-ai@pve!scan:PVEAuditor:\n');
    const secrets = Object.values(world.users).flatMap((user) => [
      ...(user.password === undefined ? [] : [user.password]),
      ...(user.totp === undefined ? [] : [user.totp]),
      ...Object.values(user.tokens).map(({ secret }) => secret),
    ]);
    const everything = [...tree.values()].join('\n');
    for (const secret of [...secrets, world.authKey]) expect(everything).not.toContain(secret);
  });

  it('writes who is in the cluster and where the guests are', () => {
    expect(JSON.parse(tree.get('.members') ?? '')).toMatchObject({
      nodename: 'pve1',
      cluster: { name: 'demo', nodes: 3, quorate: 1 },
      nodelist: { pve2: { id: 2, online: 1, ip: '10.20.0.12' } },
    });
    expect(JSON.parse(tree.get('.vmlist') ?? '')).toMatchObject({
      ids: { '200': { node: 'pve2', type: 'lxc' } },
    });
  });
});

describe('renderTree with hostile input', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '../../etc/passwd',
      'a\nroot: x',
      '\r',
      '[PENDING]',
      '#',
      '..',
      '/',
      'x\0y',
      '%0A',
      'a: b',
      '',
    ),
  );

  it('never has a path outside, whatever names, notes and ids hold', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, fc.integer(), (name, notes, node, vmid) => {
        const state = change((draft) => {
          const guest = draft.guests['105'];
          const known = draft.nodes.pve1;
          if (guest === undefined || known === undefined) throw new Error('no guest 105');
          guest.config.name = name;
          guest.config.description = notes;
          guest.vmid = vmid;
          guest.node = node;
          draft.nodes[node] = { ...known, name: node };
        });
        try {
          for (const path of renderTree(state).keys()) {
            expect(path).toMatch(/^(\.?[A-Za-z0-9][A-Za-z0-9._-]*\/)*\.?[A-Za-z0-9][A-Za-z0-9._-]*$/);
            expect(path.split('/')).not.toContain('..');
          }
        } catch (thrown) {
          if (!(thrown instanceof ProxmoxAiError)) throw thrown;
          expect(thrown.code).toBe('usage');
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keeps notes in the notes: no line of a note becomes a setting or a section', () => {
    fc.assert(
      fc.property(hostile, (notes) => {
        const state = change((draft) => {
          const guest = draft.guests['106'];
          if (guest !== undefined) guest.config.description = notes;
        });
        const read = parseConfFile('qemu', renderTree(state).get('nodes/pve1/qemu-server/106.conf') ?? '');
        const settings = (section: object): unknown[] =>
          Object.entries(section).filter(([key]) => key !== 'description');
        expect(settings(read.current.values)).toEqual(settings(world.guests['106']?.config ?? {}));
        expect(read.snapshots).toEqual([]);
        expect(read.pending).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  it.each<[string, (state: DemoState) => void]>([
    [
      'a rule',
      (state) =>
        state.firewall.rules.push({
          type: 'in',
          action: 'ACCEPT',
          enable: '1',
          source: '1.2.3.4\nIN ACCEPT',
        }),
    ],
    [
      'a comment of a rule',
      (state) => state.firewall.rules.push({ type: 'in', action: 'DROP', comment: 'a\nIN ACCEPT' }),
    ],
    ['a storage option', (state) => (state.storages.local = { type: 'dir', path: '/x\n\tnodes pve1' })],
    ['a storage id', (state) => (state.storages['a b'] = { type: 'dir', path: '/x' })],
    ['a guest name', (state) => Object.assign(state.guests['105']?.config ?? {}, { name: 'x\nkvm: 0' })],
    ['a user id', (state) => Object.assign(state.users, { 'x\nuser:evil@pve': state.users['root@pam'] })],
    ['a node address', (state) => Object.assign(state.nodes.pve2 ?? {}, { ip: '1\n  }' })],
  ])('refuses a line feed or a blank in %s', (_, edit) => {
    expect(() => renderTree(change(edit))).toThrow(ProxmoxAiError);
  });

  it('refuses a guest on a node that does not exist', () => {
    expect(() =>
      renderTree(change((state) => Object.assign(state.guests['105'] ?? {}, { node: 'gone' }))),
    ).toThrow('Guest 105 is on a node that does not exist.');
  });
});
