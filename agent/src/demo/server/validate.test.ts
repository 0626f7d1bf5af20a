import { describe, expect, test } from 'vitest';
import { DemoHttpError } from '../endpoint.ts';
import { apiMethod } from './schema.ts';
import type { ParamSchema } from './schema.ts';
import { validateParams } from './validate.ts';

const paramsOf = (method: 'GET' | 'POST' | 'PUT', path: string): Readonly<Record<string, ParamSchema>> =>
  apiMethod(method, path)?.params ?? {};

const vmConfig = paramsOf('PUT', '/nodes/{node}/qemu/{vmid}/config');
const ids = { node: 'pve1', vmid: '105' };

const errorsOf = (
  params: Readonly<Record<string, ParamSchema>>,
  sent: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> => {
  try {
    validateParams(params, sent);
  } catch (error) {
    if (error instanceof DemoHttpError && error.status === 400) return error.errors ?? {};
    throw error;
  }
  return {};
};

const vmErrors = (sent: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  errorsOf(vmConfig, { ...ids, ...sent });

describe('validateParams', () => {
  test('gives booleans, integers and numbers typed and the rest as text', () => {
    expect(
      validateParams(vmConfig, { ...ids, onboot: '1', cores: '4', cpulimit: '1.5', name: 'db', tags: 'a;b' }),
    ).toEqual({
      node: 'pve1',
      vmid: 105,
      onboot: true,
      cores: 4,
      cpulimit: 1.5,
      name: 'db',
      tags: 'a;b',
    });
  });

  test('takes JSON booleans and numbers', () => {
    expect(validateParams(vmConfig, { ...ids, onboot: false, cores: 2 })).toMatchObject({
      onboot: false,
      cores: 2,
    });
  });

  test('names every missing and every unknown parameter', () => {
    expect(errorsOf(vmConfig, { vmid: '105', colour: 'red', net32: 'virtio' })).toEqual({
      node: 'property is missing and it is not optional',
      colour: 'property is not defined in schema and the schema does not allow additional properties',
      net32: 'property is not defined in schema and the schema does not allow additional properties',
    });
  });

  test('accepts 0 and 1 as booleans and nothing else, as PVE does outside of property strings', () => {
    expect(vmErrors({ onboot: 'yes' })).toEqual({ onboot: "type check ('boolean') failed - got 'yes'" });
  });

  test.each([
    [{ cores: 'two' }, { cores: "type check ('integer') failed - got 'two'" }],
    [{ cores: '0' }, { cores: 'value must have a minimum value of 1' }],
    [{ cpulimit: '129' }, { cpulimit: 'value must have a maximum value of 128' }],
    [{ description: 'x'.repeat(8193) }, { description: 'value may only be 8192 characters long' }],
    [
      { bios: 'coreboot' },
      { bios: "value 'coreboot' does not have a value in the enumeration 'seabios, ovmf'" },
    ],
    [{ startdate: 'tomorrow' }, { startdate: 'value does not match the regex pattern' }],
    [{ force: '1' }, { delete: "missing property required by 'force'" }],
    [{ name: ['a', 'b'] }, { name: "type check ('string') failed - got ARRAY" }],
    [{ name: 'not a name' }, { name: 'invalid format - value does not look like a valid DNS name\n' }],
    [{ tags: 'ok;nö' }, { tags: 'invalid format - invalid characters in tag\n' }],
  ])('refuses %j', (sent, errors) => {
    expect(vmErrors(sent)).toEqual(errors);
  });

  test.each([
    [
      { net0: 'virtio,bridge=vmbr0,tag=4095' },
      { net0: 'invalid format - format error\nnet0.tag: value must have a maximum value of 4094\n' },
    ],
    [
      { net0: 'bridge=vmbr0' },
      { net0: 'invalid format - format error\nnet0.model: property is missing and it is not optional\n' },
    ],
    [
      { net0: 'virtio,colour=red' },
      { net0: 'invalid format - invalid key in comma-separated list property: colour\n' },
    ],
    [
      { scsi0: 'local:1,cache=maybe' },
      { scsi0: expect.stringContaining("scsi0.cache: value 'maybe'") as string },
    ],
    [
      { ipconfig0: 'gw=10.0.0.1' },
      {
        ipconfig0:
          "invalid format - format error\nipconfig0.ip: missing property required by 'ipconfig0.gw'\n",
      },
    ],
    [
      { boot: 'order=scsi0;floppy0' },
      {
        boot: "invalid format - format error\nboot.order: invalid format - invalid boot device 'floppy0'\n\n",
      },
    ],
    [{ cdrom: 'none,media=tape' }, { cdrom: expect.stringContaining('cdrom.media') as string }],
  ])('refuses the property string %j', (sent, errors) => {
    expect(vmErrors(sent)).toEqual(errors);
  });

  test.each([
    { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1' },
    { net31: 'model=virtio,macaddr=BC:24:11:00:00:01,firewall=on' },
    { scsi30: 'local-zfs:vm-105-disk-0,iothread=1,size=32G' },
    { agent: '1,fstrim_cloned_disks=yes' },
    { ide2: 'none,media=cdrom' },
    { ipconfig0: 'ip=10.0.0.2/24,gw=10.0.0.1,ip6=auto' },
    { cpu: 'x86-64-v2-AES,flags=+aes;-pcid' },
    { startup: 'order=2,up=30' },
    { hostpci0: '0000:01:00.0,pcie=1' },
    { boot: 'order=scsi0;net0' },
    { delete: 'net0,unused0' },
    { digest: '', description: '' },
  ])('accepts %j', (sent) => {
    expect(vmErrors(sent)).toEqual({});
  });

  test('joins repeated values of a list and wraps a single value of an array', () => {
    const storage = paramsOf('POST', '/storage');
    expect(
      validateParams(storage, { storage: 'nas2', type: 'dir', path: '/mnt', content: ['iso', 'backup'] }),
    ).toMatchObject({
      content: 'iso,backup',
    });
    const exec = paramsOf('POST', '/nodes/{node}/qemu/{vmid}/agent/exec');
    expect(validateParams(exec, { ...ids, command: 'uptime' })).toMatchObject({ command: ['uptime'] });
    expect(validateParams(exec, { ...ids, command: ['ls', '-l'] })).toMatchObject({ command: ['ls', '-l'] });
  });

  test('checks each item of an array', () => {
    const start = paramsOf('POST', '/cluster/bulk-action/guest/start');
    expect(errorsOf(start, { vms: ['100', '7'] })).toEqual({
      'vms[1]': 'invalid format - value does not look like a valid VM ID\n',
    });
  });
});
