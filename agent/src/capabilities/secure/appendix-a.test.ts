import { describe, expect, it } from 'vitest';
import { parseConfFile } from '../../pve/config/conf-file.ts';
import { sameConfig } from '../../pve/config/guest-config.ts';
import { assess } from './assess.ts';
import { checks } from './list.ts';
import { guestIn, rule, type World } from './testing/world.ts';

const judge = (id: string, conf: string, world?: World) => {
  const check = checks.find((one) => one.id === id);
  if (!check) throw new Error(`no check ${id}`);
  const { detail, surroundings } = guestIn(check.scope, conf, world);
  const { state, severity, remedy } = assess(check, detail, surroundings);
  return { state, severity, remedy };
};

describe('the test vectors of catalogue appendix A', () => {
  it('1: two spellings of one NIC are equal and fail VM-SEC-001 alike', () => {
    const spellings = [
      'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,tag=20',
      'net0: model=virtio,macaddr=bc:24:11:aa:bb:cc,tag=20,bridge=vmbr0,firewall=0',
    ] as const;
    const [a, b] = spellings.map((text) => parseConfFile('qemu', text).current);
    expect(a && b && sameConfig(a, b)).toBe(true);
    for (const text of spellings) expect(judge('VM-SEC-001', text).state).toBe('fail');
  });

  it.each([
    ['ide2: local-lvm:vm-100-cloudinit,media=cdrom,size=4M', 'pass'],
    ['ide2: none,media=cdrom', 'pass'],
    ['scsi0: local-lvm:vm-100-disk-0\nide2: local:iso/debian.iso,media=cdrom,size=700M', 'fail'],
  ])('3: VM-SEC-031 of %s', (conf, state) => {
    expect(judge('VM-SEC-031', conf, { guestStatus: { uptime: 2 * 86_400 } }).state).toBe(state);
  });

  it.each([
    ['cpu: host,flags=+aes', 'pass'],
    ['memory: 512', 'fail'],
    ['cpu: cputype=x86-64-v2-AES,flags=+spec-ctrl;+ssbd;+md-clear', 'pass'],
    ['cpu: x86-64-v2-AES,flags=+md-clear;+ssbd;+spec-ctrl', 'pass'],
  ])('5: VM-SEC-017 of %s', (conf, state) => {
    expect(judge('VM-SEC-017', conf).state).toBe(state);
  });

  it('7: efidisk0 and its certificates', () => {
    const efi = 'bios: ovmf\nefidisk0: local-lvm:vm-100-disk-1,efitype=4m,pre-enrolled-keys=1,size=4M';
    expect(judge('VM-SEC-014', efi).state).toBe('pass');
    expect(judge('VM-SEC-015', efi).state).toBe('fail');
    expect(judge('VM-SEC-015', `${efi},ms-cert=2023k`).state).toBe('pass');
    expect(judge('VM-SEC-015', `${efi},ms-cert=2023w`).state).toBe('fail');
  });

  it('8: mount points and devices of an unprivileged container', () => {
    const un = 'unprivileged: 1\n';
    expect(judge('CT-SEC-010', `${un}mp0: /mnt/data,mp=/data`)).toMatchObject({
      state: 'fail',
      severity: 'medium',
    });
    expect(judge('CT-SEC-017', `${un}mp0: tank:subvol-101-disk-1,mp=/data,size=100G`).state).toBe('fail');
    expect(judge('CT-SEC-017', `${un}mp0: tank:subvol-101-disk-1,mp=/data,size=100G,backup=1`).state).toBe(
      'pass',
    );
    expect(judge('CT-SEC-011', `${un}dev0: /dev/dri/renderD128,gid=104`)).toMatchObject({
      state: 'fail',
      severity: 'medium',
    });
  });

  it('9: id maps', () => {
    const single = 'lxc.idmap: u 0 100000 1000\nlxc.idmap: u 1000 1000 1\nlxc.idmap: u 1001 101001 64535';
    expect(judge('CT-SEC-005', `unprivileged: 1\n${single}`)).toMatchObject({
      state: 'fail',
      severity: 'info',
    });
    expect(judge('CT-SEC-005', 'unprivileged: 1\nlxc.idmap: u 0 0 65536').severity).toBe('critical');
  });

  it('10: nesting', () => {
    expect(judge('CT-SEC-008', 'unprivileged: 1\nostype: debian\nfeatures: nesting=1').state).toBe('pass');
    expect(judge('CT-SEC-008', 'unprivileged: 1\nostype: alpine\nfeatures: nesting=1').severity).toBe('info');
    expect(judge('CT-SEC-007', 'ostype: debian\nfeatures: nesting=1')).toMatchObject({
      state: 'fail',
      severity: 'critical',
    });
  });

  const walled = 'net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr1,tag=20,firewall=1';
  it('11: firewall options that are not set', () => {
    expect(judge('VM-SEC-002', walled).state).toBe('fail');
    expect(judge('VM-SEC-003', walled, { firewall: { options: { enable: '1' } } }).state).toBe('pass');
  });

  it('12: no rules, no plan to turn the firewall on', () => {
    const { remedy } = judge('VM-SEC-002', walled);
    expect(remedy?.actions).toEqual([]);
    expect(remedy?.text).toMatch(/^Needs rules/);
    const out = judge('VM-SEC-002', walled, {
      firewall: { rules: [rule({ type: 'out', action: 'ACCEPT' })] },
    });
    expect(out.remedy?.actions).toEqual([]);
  });

  it('16: a disabled job is no coverage though PVE lists it as such', () => {
    const backupJobs = [{ id: 'old', enabled: false, all: false, vmids: [105], exclude: [] }];
    expect(judge('VM-SEC-027', 'memory: 512', { backupJobs, notBackedUp: [] }).state).toBe('fail');
  });
});
