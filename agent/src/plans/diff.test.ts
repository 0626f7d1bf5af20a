import { describe, expect, it } from 'vitest';
import type { DraftStep } from './build.ts';
import { renderDiff } from './diff.ts';
import { plainText } from './plain-text.ts';
import { testPlan } from './testing/fixtures.ts';
import type { Plan } from './types.ts';

const path = '/nodes/pve1/qemu/105/config';
const step = (more: Partial<DraftStep>): DraftStep => ({
  title: 'VM 105 (db-01): attach net0 to the firewall',
  why: 'Without it no rule of the guest is enforced.',
  source: 'VM-SEC-004',
  object: 'qemu/105',
  call: {
    method: 'PUT',
    path,
    params: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1', digest: 'a'.repeat(40) },
  },
  read: { method: 'GET', path, params: {} },
  digest: 'a'.repeat(40),
  changes: [
    {
      key: 'net0',
      before: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      after: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1',
    },
  ],
  effect: 'replug',
  risk: 'safe',
  inverse: { method: 'PUT', path, params: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0' } },
  irreversible: null,
  caution: null,
  privileges: ['/vms/105: VM.Config.Network'],
  rootOnly: false,
  ...more,
});

const fixed = (plan: Plan): Plan => ({ ...plan, id: 'p-7k3m9x2q4d' });

const plan = fixed(
  testPlan(
    [
      step({}),
      step({
        title: 'VM 105 (db-01): fewer cores',
        why: 'It has more than it uses.',
        source: 'optimize',
        call: { method: 'PUT', path, params: { cores: 2, skiplock: 1, delete: 'args,parallel0' } },
        digest: null,
        changes: [
          { key: 'cores', before: '4', after: '2' },
          { key: 'args', before: '-device x', after: null },
        ],
        effect: 'restart',
        risk: 'disruptive',
        inverse: { method: 'PUT', path, params: { cores: 4 } },
        caution: 'The database gets slower while it rebuilds an index.',
        rootOnly: true,
      }),
      step({
        title: 'Include guest 105 in backup job nightly',
        source: 'VM-SEC-028',
        object: 'cluster',
        call: { method: 'PUT', path: '/cluster/backup/nightly', params: { vmid: '100,105' } },
        read: { method: 'GET', path: '/cluster/backup/nightly', params: {} },
        digest: null,
        changes: [{ key: 'vmid', before: '100,101', after: '100,105' }],
        effect: 'live',
        inverse: { method: 'PUT', path: '/cluster/backup/nightly', params: { vmid: '100,101' } },
        privileges: ['/: Sys.Modify'],
      }),
      step({
        title: 'Remove the snapshot old and set a password',
        object: 'qemu/105',
        call: { method: 'PUT', path, params: { cipassword: 'hunter2' } },
        digest: null,
        changes: [{ key: 'cipassword', before: null, after: 'hunter2' }],
        effect: 'stopped',
        risk: 'destructive',
        inverse: null,
        irreversible: 'PVE does not show the old password.',
        privileges: [],
      }),
    ],
    { typedNames: { 'qemu/105': 'db-01' } },
  ),
);

describe('renderDiff', () => {
  it('shows everything a person needs to approve', () => {
    expect(renderDiff(plan)).toBe(`Plan p-7k3m9x2q4d  Secure VM 105 (db-01)
for https://pve1.example:8006, asked by root@pam, 2026-11-23 20:00 UTC

qemu/105
  s1  VM 105 (db-01): attach net0 to the firewall
      - net0: virtio=BC:24:11:00:00:01,bridge=vmbr0
      + net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
      ~   firewall: not set → 1
      why:      Without it no rule of the guest is enforced. [VM-SEC-004]
      effect:   at once; the host side of the device is reconnected, the guest keeps it
      risk:     safe
      undo:     PUT /nodes/pve1/qemu/105/config net0=virtio=BC:24:11:00:00:01,bridge=vmbr0
      call:     PUT /nodes/pve1/qemu/105/config
      needs:    /vms/105: VM.Config.Network
  s2  VM 105 (db-01): fewer cores
      - cores: 4
      + cores: 2
      - args: -device x
      * skiplock: 1
      * delete: parallel0
      why:      It has more than it uses. [optimize]
      effect:   at the next stop and start of the guest (a reboot from inside does not do it)
      risk:     disruptive
      caution:  The database gets slower while it rebuilds an index.
      undo:     PUT /nodes/pve1/qemu/105/config cores=4
      call:     PUT /nodes/pve1/qemu/105/config
      needs:    /vms/105: VM.Config.Network, only root@pam may do it

cluster
  s3  Include guest 105 in backup job nightly
      - vmid: 100,101
      + vmid: 100,105
      ~   101 is taken out
      ~   105 is added
      why:      Without it no rule of the guest is enforced. [VM-SEC-028]
      effect:   at once
      risk:     safe
      undo:     PUT /cluster/backup/nightly vmid=100,101
      call:     PUT /cluster/backup/nightly
      needs:    /: Sys.Modify

qemu/105
  s4  Remove the snapshot old and set a password
      + cipassword: **********
      why:      Without it no rule of the guest is enforced. [VM-SEC-004]
      effect:   only while the guest is stopped
      risk:     destructive: data is gone afterwards
      typed:    the name db-01 must be typed
      undo:     cannot be undone: PVE does not show the old password.
      call:     PUT /nodes/pve1/qemu/105/config

4 steps: 2 safe, 1 disruptive, 1 destructive
Waits for a stop and start of the guest: s2
Cannot be undone: s4
`);
  });

  it('has colours only where they were asked for', () => {
    const coloured = renderDiff(plan, { color: true });
    expect(coloured).toContain('\u001b[31m- cores: 4\u001b[39m');
    // eslint-disable-next-line no-control-regex -- colours are control sequences
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderDiff(plan));
  });

  it('lets no text of the cluster steer the terminal, fake a line or turn text round', () => {
    const evil = 'db\u001b[2J\u001b]0;x\u0007\r\n      + safe: yes\u202egnp.exe\u200b\u009b1m';
    const hostile = fixed(
      testPlan([
        step({
          title: evil,
          why: evil,
          source: evil,
          object: evil,
          caution: evil,
          privileges: [evil],
          call: { method: 'PUT', path, params: { description: evil, tags: 'a' } },
          changes: [{ key: 'description', before: `${evil} `, after: evil }],
          digest: null,
          inverse: { method: 'PUT', path, params: { description: evil } },
        }),
      ]),
    );
    const shown = renderDiff({ ...hostile, title: evil, target: evil, createdBy: evil });
    // eslint-disable-next-line no-control-regex -- control characters are what this is about
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e]/);
    expect(shown.split('\n').filter((line) => line.trim() === '+ safe: yes')).toEqual([]);
    expect(shown.split('\n')).toHaveLength(
      renderDiff(fixed(testPlan([step({ caution: 'x' })]))).split('\n').length,
    );
  });
});

describe('plainText', () => {
  it('makes hazards visible and leaves everything else alone', () => {
    expect(plainText('Straße 東京 é — ok')).toBe('Straße 東京 é — ok');
    expect(plainText('a\u001bb\nc\u202ed\u2028')).toBe('a\\x1bb\\nc\\u202ed\\u2028');
  });
});
