import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { parseConfFile, printConfFile } from './conf-file.ts';
import { emptyValues } from './guest-config.ts';

const VM = `#Datenbank%3A prim%C3%A4r
#
#50%25 voll
agent: 1
boot: order=scsi0
cores: 4
net0: virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1
parent: vorher
scsi0: local-lvm:vm-105-disk-0,size=32G
smbios1: uuid=7e0e1b80-1111-2222-3333-444455556666

[PENDING]
cores: 8
delete: !scsi1,net1

[special:cloudinit]
ciuser: admin

[vorher]
#vor dem Update
cores: 2
snaptime: 1700000000
vmstate: local-lvm:vm-105-state-vorher
`;

const CT = `#web
arch: amd64
hostname: ct1
rootfs: local-lvm:vm-201-disk-0,size=8G
unprivileged: 1
lxc.environment.runtime: A=1
lxc.environment.runtime: B=x y
lxc.idmap: u 0 100000 1000
lxc.idmap: u 1000 1000 1

[pve:pending]
memory: 1024
`;

describe('a VM file', () => {
  const file = parseConfFile('qemu', VM);

  test('is read with its notes decoded', () => {
    expect(file.current.values.description).toBe('Datenbank: primär\n\n50% voll');
    expect(file.current.values.net0).toBe('virtio=BC:24:11:00:00:01,bridge=vmbr0,firewall=1');
    expect(file.unread).toBeUndefined();
  });

  test('is read with its sections', () => {
    expect(file.pending?.set.values).toEqual({ cores: '8' });
    expect(file.pending?.delete).toEqual(['!scsi1', 'net1']);
    expect(file.special?.map(({ name, config }) => [name, { ...config.values }])).toEqual([
      ['cloudinit', { ciuser: 'admin' }],
    ]);
    expect(file.snapshots.map(({ name }) => name)).toEqual(['vorher']);
    expect(file.snapshots[0]?.config.values.description).toBe('vor dem Update');
  });

  test('has the digest that PVE gives for it', () => {
    expect(file.current.digest).toBe(createHash('sha1').update(VM).digest('hex'));
  });

  test('is written as it was', () => {
    expect(printConfFile(file)).toBe(VM);
  });

  test('is read alike with CRLF, a byte order mark and blank lines', () => {
    const windows = `\uFEFF\r\n${VM.replaceAll('\n', '\r\n')}\r\n  \r\n`;
    expect(printConfFile(parseConfFile('qemu', windows))).toBe(VM);
  });
});

describe('a container file', () => {
  const file = parseConfFile('lxc', CT);

  test('is read with raw lines, environment and pending changes', () => {
    expect(file.current.lxcRaw).toEqual([
      ['lxc.idmap', 'u 0 100000 1000'],
      ['lxc.idmap', 'u 1000 1000 1'],
    ]);
    expect(file.current.values.env).toBe('A=1\0B=x y');
    expect(file.pending?.set.values).toEqual({ memory: '1024' });
    expect(file.current.values.description).toBe('web\n');
  });

  test('is written as it was', () => {
    expect(printConfFile(file)).toBe(CT);
  });

  test('takes raw lines with an equals sign', () => {
    expect(parseConfFile('lxc', 'lxc.apparmor.profile = unconfined\n').current.lxcRaw).toEqual([
      ['lxc.apparmor.profile', 'unconfined'],
    ]);
  });
});

describe('what PVE does not read', () => {
  test('is reported with its line, and stays in its section', () => {
    const text = 'agent: 1\nthis is no line\n cores: 2\n\n[snap]\nalso not\ncores: 2\n';
    const file = parseConfFile('qemu', text);
    expect(file.unread?.map(({ line, section, text: raw }) => [line, section, raw])).toEqual([
      [2, '', 'this is no line'],
      [3, '', ' cores: 2'],
      [6, 'snapshot:snap', 'also not'],
    ]);
    expect(file.current.values.cores).toBeUndefined();
    expect(printConfFile(file)).toBe('this is no line\n cores: 2\nagent: 1\n\n[snap]\nalso not\ncores: 2\n');
  });

  test('includes whole sections that PVE skips', () => {
    const file = parseConfFile('qemu', 'cores: 1\n[:3]\nname: baz\n[snap]\ncores: 2\n');
    expect(file.current.values).toEqual({ cores: '1' });
    expect(file.unread?.map(({ section, text }) => [section, text])).toEqual([
      ['unknown::3', '[:3]'],
      ['unknown::3', 'name: baz'],
    ]);
    expect(printConfFile(file)).toBe('cores: 1\n\n[snap]\ncores: 2\n\n[:3]\nname: baz\n');
  });

  test('includes deletions outside the pending changes', () => {
    expect(parseConfFile('qemu', 'delete: net0\n').unread?.[0]).toMatchObject({
      line: 1,
      text: 'delete: net0',
    });
  });

  test('of a repeated key the last line counts, and the first is reported', () => {
    const file = parseConfFile('qemu', 'cores: 1\nmemory: 512\ncores: 4\n');
    expect(file.current.values.cores).toBe('4');
    expect(file.unread).toEqual([
      { line: 1, section: '', text: 'cores: 1', reason: 'Line 3 sets cores again.' },
    ]);
    expect(parseConfFile('qemu', printConfFile(file)).current.values.cores).toBe('4');
  });

  test('a section that stands twice is an error with its line', () => {
    try {
      parseConfFile('qemu', 'cores: 1\n[snap]\ncores: 2\n[snap]\ncores: 3\n');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ProxmoxAiError);
      expect(error).toMatchObject({ code: 'pve-protocol', fields: { line: 4 } });
    }
  });

  test('[PENDING] is a snapshot name to a container, as [pve:pending] is unknown to a VM', () => {
    expect(parseConfFile('lxc', '[PENDING]\nmemory: 1\n').snapshots.map(({ name }) => name)).toEqual([
      'PENDING',
    ]);
    expect(parseConfFile('qemu', '[pve:pending]\nmemory: 1\n').pending).toBeUndefined();
  });
});

describe('what the file cannot hold', () => {
  test.each([
    ['a key of two words', 'two words', 'x'],
    ['a value of two lines', 'name', 'a\nprotection: 0'],
    ['a key that is a comment', '#x', 'y'],
    ['a key that PVE reads as something else', 'delete', 'net0'],
    ['a key with a colon', 'a:b', 'c'],
  ])('%s is refused instead of written', (_, key, value) => {
    const current = { type: 'qemu' as const, values: { [key]: value }, lxcRaw: [] };
    expect(() => printConfFile({ current, snapshots: [] })).toThrow(ProxmoxAiError);
  });

  test.each(['pending', 'two words', 'special:x', ']'])('a snapshot %j is refused', (name) => {
    const config = { type: 'qemu' as const, values: {}, lxcRaw: [] };
    expect(() => printConfFile({ current: config, snapshots: [{ name, config }] })).toThrow(ProxmoxAiError);
  });

  test('half a surrogate pair in notes becomes U+FFFD', () => {
    const values = Object.assign(emptyValues(), { description: 'a\ud800b' });
    const text = printConfFile({ current: { type: 'qemu', values, lxcRaw: [] }, snapshots: [] });
    expect(text).toBe('#a%EF%BF%BDb\n');
  });
});

test('an empty file is an empty guest', () => {
  expect(parseConfFile('qemu', '')).toMatchObject({ current: { values: {} }, snapshots: [] });
});

test('emptied notes stay emptied among the pending changes of a VM', () => {
  const file = parseConfFile('qemu', '#old\n\n[PENDING]\n#\n');
  expect(file.pending?.set.values).toEqual({ description: '' });
  expect(printConfFile(file)).toBe('#old\n\n[PENDING]\n#\n');
});
