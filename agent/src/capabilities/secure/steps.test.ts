import { describe, expect, it } from 'vitest';
import { assess } from './assess.ts';
import { checks } from './list.ts';
import { draftSteps } from './steps.ts';
import { guestIn, rule, twoTenants, type World } from './testing/world.ts';
import type { GuestType } from '../../pve/types.ts';

function stepsFor(type: GuestType, conf: string, world: World = {}) {
  const { detail, surroundings } = guestIn(type, conf, world);
  return draftSteps(
    checks
      .filter(({ scope }) => scope === type)
      .flatMap((check) => {
        const { state, remedy } = assess(check, detail, surroundings);
        return state === 'fail' ? (remedy?.actions ?? []).map((action) => ({ check, action })) : [];
      }),
  );
}

const conf = [
  'cpu: kvm64',
  'kvm: 0',
  'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20',
  'scsi0: local-lvm:vm-105-disk-0,backup=0,size=32G',
  'vmgenid: 0',
].join('\n');

describe('steps of one guest', () => {
  const steps = stepsFor('qemu', conf, { tags: ['prod'] });

  it('are one PUT per effect, risk and authority, with what all checks want in it', () => {
    expect(
      steps.map(({ source, effect, risk, rootOnly, changes }) => ({
        source,
        effect,
        risk,
        rootOnly,
        keys: changes.map(({ key }) => key),
      })),
    ).toEqual([
      {
        source: 'VM-SEC-026,VM-SEC-028',
        effect: 'live',
        risk: 'safe',
        rootOnly: false,
        keys: ['protection', 'scsi0'],
      },
      { source: 'VM-SEC-001', effect: 'replug', risk: 'disruptive', rootOnly: false, keys: ['net0'] },
      {
        source: 'VM-SEC-017,VM-SEC-019,VM-SEC-020',
        effect: 'restart',
        risk: 'safe',
        rootOnly: false,
        keys: ['cpu', 'kvm'],
      },
      { source: 'VM-SEC-041', effect: 'restart', risk: 'safe', rootOnly: true, keys: ['vmgenid'] },
    ]);
  });

  it('add up on the same property string instead of the last check winning', () => {
    const cpu = steps.flatMap(({ changes }) => changes).find(({ key }) => key === 'cpu');
    expect(cpu).toEqual({
      key: 'cpu',
      before: 'kvm64',
      after: 'kvm64,flags=+spec-ctrl;+ssbd;+md-clear;+pcid;+aes',
    });
  });

  it('send the digest with the first PUT only; later ones compare what they were computed from', () => {
    expect(steps.map(({ digest }) => digest !== null)).toEqual([true, false, false, false]);
    expect(steps.map(({ call }) => call.params.digest !== undefined)).toEqual([true, false, false, false]);
    expect(steps[0]?.call.params.digest).toBe(steps[0]?.digest);
  });

  it('keep everything of a property string but what they change', () => {
    expect(steps[1]?.call.params.net0).toBe('virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,firewall=1,tag=20');
    expect(steps[0]?.call.params.scsi0).toBe('local-lvm:vm-105-disk-0,size=32G');
    expect(steps[0]?.inverse).toEqual({
      method: 'POST',
      path: '/nodes/pve1/qemu/105/config',
      params: { scsi0: 'local-lvm:vm-105-disk-0,backup=0,size=32G', delete: 'protection' },
    });
  });

  it('take hold at once on a stopped guest', () => {
    const stopped = stepsFor('qemu', conf, { tags: ['prod'], status: 'stopped' });
    expect(new Set(stopped.map(({ effect }) => effect))).toEqual(new Set(['live']));
  });
});

describe('a second change of the same key in another step', () => {
  it('starts from what the first one leaves', () => {
    const steps = stepsFor(
      'lxc',
      'unprivileged: 1\nostype: debian\ncores: 1\nmp0: tank:subvol-105-disk-1,mp=/data',
    );
    const changes = steps.flatMap((step) => step.changes).filter(({ key }) => key === 'mp0');
    expect(changes).toEqual([
      {
        key: 'mp0',
        before: 'tank:subvol-105-disk-1,mp=/data',
        after: 'tank:subvol-105-disk-1,mp=/data,backup=1,mountoptions=nodev;nosuid',
      },
    ]);
  });
});

describe('an IP filter', () => {
  const walled =
    'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20,firewall=1\nipconfig0: ip=10.0.20.5/24,ip6=fd00::5/64';
  const steps = stepsFor('qemu', walled, {
    ...twoTenants,
    firewall: {
      options: { enable: '1', log_level_in: 'info' },
      rules: [rule({ type: 'in', action: 'ACCEPT', source: '10.0.0.0/8' })],
    },
  }).filter(({ source }) => source === 'VM-SEC-006');

  it('fills the set under another name first, since a set in force filters even while empty', () => {
    expect(
      steps.map(({ call }) => [call.method, call.path.split('/').slice(5).join('/'), call.params]),
    ).toEqual([
      [
        'POST',
        'firewall/ipset',
        { name: 'draft-ipfilter-net0', comment: 'Addresses of this interface (VM-SEC-006)' },
      ],
      ['POST', 'firewall/ipset/draft-ipfilter-net0', { cidr: '10.0.20.5' }],
      ['POST', 'firewall/ipset/draft-ipfilter-net0', { cidr: 'fd00::5' }],
      ['POST', 'firewall/ipset', { name: 'ipfilter-net0', rename: 'draft-ipfilter-net0' }],
      ['PUT', 'firewall/options', { ipfilter: '1', digest: 'f'.repeat(40) }],
    ]);
  });

  it('is taken back in reverse: out of force, emptied, removed', () => {
    expect(steps.toReversed().map(({ inverse }) => [inverse?.method, inverse?.params])).toEqual([
      ['PUT', { delete: 'ipfilter' }],
      ['POST', { name: 'draft-ipfilter-net0', rename: 'ipfilter-net0' }],
      ['DELETE', {}],
      ['DELETE', {}],
      ['DELETE', {}],
    ]);
  });
});
