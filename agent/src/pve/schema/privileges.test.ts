import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import type { HttpMethod, PveParams } from '../types.ts';
import { endpoints } from './endpoints.ts';
import { requiredPrivileges } from './privileges.ts';

const QEMU = '/nodes/pve1/qemu/105';
const LXC = '/nodes/pve1/lxc/201';

describe('requiredPrivileges', () => {
  test.each<[HttpMethod, string, PveParams, string[]]>([
    ['PUT', `${QEMU}/firewall/options`, { enable: 1 }, ['/vms/105: VM.Config.Network']],
    ['POST', `${QEMU}/status/start`, {}, ['/vms/105: VM.PowerMgmt']],
    ['GET', '/version', {}, []],
    ['POST', `${LXC}/clone`, { newid: 202 }, ['/vms/201: VM.Clone', '/vms/202: VM.Allocate']],
    [
      'POST',
      `${LXC}/clone`,
      { newid: 202, pool: 'p' },
      ['/vms/201: VM.Clone', '/vms/202: VM.Allocate or /pool/p: VM.Allocate'],
    ],
    [
      'GET',
      `${QEMU}/agent/get-osinfo`,
      {},
      ['/vms/105: VM.GuestAgent.Audit or /vms/105: VM.GuestAgent.Unrestricted'],
    ],
    ['PUT', '/access/acl', { path: '/vms/105', roles: 'PVEAdmin' }, ['/vms/105: Permissions.Modify']],
    [
      'PUT',
      '/access/password',
      { userid: 'a@pve' },
      ['your own user a@pve or /access/realm/pve: Realm.AllocateUser and /access/groups: User.Modify'],
    ],
  ])('%s %s %j', (method, path, params, expected) => {
    expect(requiredPrivileges(method, path, params)).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    [
      'net0',
      'virtio,bridge=vmbr0',
      ['/vms/105: VM.Config.Network', '/sdn/zones/localnetwork/vmbr0: SDN.Use'],
    ],
    [
      'net0',
      'virtio,bridge=vmbr0,tag=5',
      ['/vms/105: VM.Config.Network', '/sdn/zones/localnetwork/vmbr0/5: SDN.Use'],
    ],
    ['cpu', 'host', ['/vms/105: VM.Config.CPU']],
    ['agent', '1', ['/vms/105: VM.Config.Options']],
    ['startup', 'order=1', ['/vms/105: VM.Config.Options', '/: Sys.Modify']],
    ['args', '-foo', ['root@pam only']],
    ['hookscript', 'local:snippets/x', ['root@pam only']],
    ['ide2', 'none,media=cdrom', ['/vms/105: VM.Config.CDROM']],
    ['scsi1', 'local-lvm:32', ['/vms/105: VM.Config.Disk', '/storage/local-lvm: Datastore.AllocateSpace']],
    ['scsi0', 'local-lvm:vm-105-disk-0', ['/vms/105: VM.Config.Disk']],
    ['hostpci0', '01:00', ['root@pam only']],
    ['hostpci0', 'mapping=gpu', ['/vms/105: VM.Config.HWType', '/mapping/pci/gpu: Mapping.Use']],
    ['usb0', 'spice', ['/vms/105: VM.Config.HWType']],
    ['usb0', '1-2', ['root@pam only']],
    ['serial0', 'socket', ['/vms/105: VM.Config.HWType']],
    ['serial0', '/dev/ttyS0', ['root@pam only']],
    ['ciuser', 'x', ['/vms/105: VM.Config.Cloudinit or /vms/105: VM.Config.Network']],
    ['delete', 'net1', ['/vms/105: VM.Config.Network']],
    ['delete', 'hookscript;ide2', ['root@pam only', '/vms/105: VM.Config.Disk']],
  ])('a VM key %s=%s', (key, value, expected) => {
    expect(requiredPrivileges('PUT', `${QEMU}/config`, { [key]: value, digest: 'x' })).toEqual(expected);
    expect(requiredPrivileges('POST', `${QEMU}/config`, { [key]: value })).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ['memory', '512', ['/vms/201: VM.Config.Memory']],
    ['hostname', 'x', ['/vms/201: VM.Config.Network']],
    ['protection', '1', ['/vms/201: VM.Config.Options']],
    ['features', 'nesting=1', ['/vms/201: VM.Allocate']],
    ['features', 'keyctl=1,nesting=1', ['root@pam only']],
    ['mp0', '/mnt/x,mp=/x', ['root@pam only']],
    ['mp0', 'tank:8,mp=/x', ['/vms/201: VM.Config.Disk', '/storage/tank: Datastore.AllocateSpace']],
    ['dev0', '/dev/kvm', ['root@pam only']],
  ])('a container key %s=%s', (key, value, expected) => {
    expect(requiredPrivileges('PUT', `${LXC}/config`, { [key]: value })).toEqual(expected);
  });

  test.each<[string, string, string, string, string[]]>([
    ['a raw PCI device taken out', 'delete', 'hostpci0', 'host=01:00', ['root@pam only']],
    [
      'a raw USB device replaced',
      'usb0',
      'spice',
      'host=1-2',
      ['root@pam only', '/vms/105: VM.Config.HWType'],
    ],
    ['a real serial port taken out', 'delete', 'serial0', '/dev/ttyS0', ['root@pam only']],
    [
      'a mapped device taken out',
      'delete',
      'hostpci0',
      'mapping=gpu',
      ['/vms/105: VM.Config.HWType', '/mapping/pci/gpu: Mapping.Use'],
    ],
    [
      'a cloud-init drive taken out',
      'delete',
      'ide2',
      'local-lvm:vm-105-cloudinit,media=cdrom',
      ['/vms/105: VM.Config.Cloudinit', '/vms/105: VM.Config.CDROM'],
    ],
    [
      'a network interface moved',
      'net0',
      'virtio,bridge=vmbr1',
      'virtio,bridge=vmbr0',
      [
        '/vms/105: VM.Config.Network',
        '/sdn/zones/localnetwork/vmbr0: SDN.Use',
        '/sdn/zones/localnetwork/vmbr1: SDN.Use',
      ],
    ],
  ])('looks at what a change of a VM replaces: %s', (_, key, value, before, expected) => {
    const changed = key === 'delete' ? value : key;
    expect(requiredPrivileges('PUT', `${QEMU}/config`, { [key]: value }, { [changed]: before })).toEqual(
      expected,
    );
  });

  test.each<[string, PveParams, Record<string, string>, string[]]>([
    [
      'nesting alone',
      { features: 'keyctl=1' },
      { unprivileged: '1', features: 'keyctl=1,nesting=1' },
      ['/vms/201: VM.Allocate'],
    ],
    [
      'the last one, nesting',
      { delete: 'features' },
      { unprivileged: '1', features: 'nesting=1' },
      ['/vms/201: VM.Allocate'],
    ],
    ['another one', { delete: 'features' }, { unprivileged: '1', features: 'keyctl=1' }, ['root@pam only']],
    [
      'nesting of a privileged container',
      { delete: 'features' },
      { features: 'nesting=1' },
      ['root@pam only'],
    ],
  ])('takes container features by what differs: %s', (_, params, old, expected) => {
    expect(requiredPrivileges('PUT', `${LXC}/config`, params, old)).toEqual(expected);
  });

  test('knows the permission test of every call', () => {
    for (const endpoint of endpoints()) {
      const path = endpoint.path.replaceAll(/\{[^}]+\}/g, 'x');
      for (const privilege of requiredPrivileges(endpoint.method, path, {})) {
        expect(privilege).toMatch(/^(\/|\{path\}|root@pam only|your own user)/);
      }
    }
  });

  test('refuses a call that PVE does not have', () => {
    expect(() => requiredPrivileges('GET', '/nothing', {})).toThrow(ProxmoxAiError);
  });
});
