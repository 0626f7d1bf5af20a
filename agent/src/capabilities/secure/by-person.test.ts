import { describe, expect, it } from 'vitest';
import { assess } from './assess.ts';
import { forPerson } from './by-person.ts';
import { checks } from './list.ts';
import { planOf } from './plan.ts';
import { guestIn, now } from './testing/world.ts';
import { toFinding } from './to-finding.ts';
import type { GuestType } from '../../pve/types.ts';

function secured(type: GuestType, conf: string, userid: string) {
  const { detail, surroundings } = guestIn(type, conf, { tags: ['prod'] });
  const { guest } = detail;
  const assessments = checks
    .filter(({ scope }) => scope === type)
    .map((check) => forPerson(assess(check, detail, surroundings), guest, userid));
  const context = { inventory: surroundings.inventory, userid, now: () => now };
  return {
    findings: assessments.map((found) => toFinding(found, guest)),
    plan: planOf({ intent: 'secure', slots: {} }, [{ guest, assessments }], context),
  };
}

const vm = "args: -name it's\nnet0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20\nvmgenid: 0";
const finding = (found: ReturnType<typeof secured>, id: string) =>
  found.findings.find((one) => one.id === id);

describe('what only root@pam may change', () => {
  it('is in the plan of root@pam', () => {
    const found = secured('qemu', vm, 'root@pam');
    expect(found.plan?.steps.filter(({ rootOnly }) => rootOnly).map(({ source }) => source)).toEqual([
      'VM-SEC-041',
      'VM-SEC-021',
    ]);
    expect(finding(found, 'VM-SEC-041')).toMatchObject({ fixable: true });
  });

  it.each(['operator@pve', 'root@pam!automation', 'root@pve'])(
    'is not in the plan of %s, whose other steps stay',
    (userid) => {
      const found = secured('qemu', vm, userid);
      const sources = found.plan?.steps.flatMap(({ source }) => source.split(',')) ?? [];
      expect(sources).toContain('VM-SEC-001');
      expect(sources).not.toContain('VM-SEC-041');
      expect(found.plan?.steps.some(({ rootOnly }) => rootOnly)).toBe(false);
      const { fixable, remedy } = finding(found, 'VM-SEC-041') ?? {};
      expect(fixable).toBe(false);
      expect(remedy).toMatch(
        /Only root@pam may do this, not .*: on node pve1, qm set 105 --vmgenid [0-9a-f-]{36}$/,
      );
      expect(remedy).toContain(`not ${userid}`);
    },
  );

  it('names the command for a privileged container, whose features are root@pam’s', () => {
    const found = secured('lxc', 'ostype: debian\nfeatures: nesting=1,fuse=1', 'operator@pve');
    const { fixable, remedy } = finding(found, 'CT-SEC-007') ?? {};
    expect(fixable).toBe(false);
    expect(remedy).toMatch(/pct set 105 --features fuse=1$/);
  });

  it('offers nesting even where the features beside it are root@pam’s', () => {
    const mounts = 'unprivileged: 1\nmp0: tank:subvol-105-disk-1,mp=/data\nfeatures: nesting=1';
    const found = secured('lxc', `ostype: alpine\n${mounts},keyctl=1`, 'operator@pve');
    const nesting = found.plan?.steps.find(({ source }) => source.includes('CT-SEC-008'));
    expect(nesting).toMatchObject({ rootOnly: false, privileges: ['/vms/105: VM.Allocate'] });
    expect(nesting?.changes).toEqual([{ key: 'features', before: 'nesting=1,keyctl=1', after: 'keyctl=1' }]);
  });

  it('leaves nesting of an unprivileged container to whoever holds VM.Allocate', () => {
    const found = secured('lxc', 'ostype: alpine\nunprivileged: 1\nfeatures: nesting=1', 'operator@pve');
    expect(finding(found, 'CT-SEC-008')).toMatchObject({ fixable: true });
  });

  it('quotes a value for the shell', () => {
    const { detail } = guestIn('qemu', vm);
    const edit = {
      kind: 'edit' as const,
      target: {
        object: 'qemu/105',
        path: '/nodes/pve1/qemu/105/config',
        values: {},
        digest: null,
        label: 'VM 105',
      },
      key: 'args',
      apply: () => "it's; reboot",
      label: 'set the arguments',
      effect: 'restart' as const,
      risk: 'safe' as const,
      caution: null,
      irreversible: null,
      rootOnly: false,
    };
    const [check] = checks;
    if (!check) throw new Error('no check');
    const assessment = {
      check,
      state: 'fail' as const,
      severity: 'low' as const,
      evidence: [],
      reason: '',
      remedy: { text: 'Set it.', actions: [edit] },
    };
    expect(forPerson(assessment, detail.guest, 'a@pve').remedy?.text).toContain(
      String.raw`qm set 105 --args 'it'\''s; reboot'`,
    );
  });
});
