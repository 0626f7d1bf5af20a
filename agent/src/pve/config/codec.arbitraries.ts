import fc from 'fast-check';
import type { GuestType } from '../types.ts';
import type { PropertyFormat, Subkey } from './formats/format.ts';
import { configKeys, type ConfigKey } from './formats/keys.ts';
import { emptyValues } from './guest-config.ts';
import type { GuestConfFile, GuestConfig } from './types.ts';

/** Generators of guest configurations for property tests: valid, odd and hostile ones, on the same keys. */

const HOSTILE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

const unicode = fc.string({ unit: 'binary', maxLength: 12 });

/** Text on one line, without the comma that separates sub-keys. */
const subvalueText = unicode.map((text) => text.replaceAll(/[,\n]/g, ';'));

const oneOf = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);

const trueText = oneOf('1', 'on', 'Yes', 'true');
const falseText = oneOf('0', 'off', 'NO', 'false');

const mac = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':'));

const size = fc
  .tuple(fc.integer({ min: 1, max: 4096 }), oneOf('', 'K', 'M', 'G', 'T', 'GiB'))
  .map(([amount, unit]) => `${amount}${unit}`);

const volume = fc.oneof(
  fc.integer({ min: 100, max: 999 }).map((vmid) => `local-lvm:vm-${vmid}-disk-0`),
  oneOf('local:iso/debian-13.iso', 'none', '/dev/disk/by-id/ata-X', '/mnt/data', 'tank:subvol-101-disk-1'),
);

const WELL_FORMED: Readonly<Partial<Record<Subkey['meaning'], fc.Arbitrary<string>>>> = {
  mac,
  size,
  flags: fc.array(oneOf('+aes', '-pcid', '+ssbd', '+spec-ctrl'), { minLength: 1 }).map((f) => f.join(';')),
  ranges: fc.array(oneOf('0-3', '5', '7-9', '2'), { minLength: 1 }).map((r) => r.join(';')),
  set: fc.array(oneOf('nfs', 'cifs', 'noatime', 'nodev'), { minLength: 1 }).map((s) => s.join(';')),
  list: fc.array(oneOf('scsi0', 'net0', 'ide2'), { minLength: 1 }).map((l) => l.join(';')),
  ip: oneOf('10.0.0.5/24', 'dhcp', 'auto', '2001:db8:0:0::1/64', 'FE80::1'),
};

function subvalue(name: string, { type, enum: values, meaning }: Subkey): fc.Arbitrary<string> {
  if (values) return fc.oneof(fc.constantFrom(...values), subvalueText);
  if (type === 'boolean') return fc.oneof(trueText, falseText);
  if (type !== 'string') return fc.integer({ min: 0, max: 70000 }).map(String);
  const formed =
    WELL_FORMED[meaning] ?? (name === 'file' || name === 'volume' ? volume : oneOf('abc', 'x=y'));
  return fc.oneof({ arbitrary: formed, weight: 4 }, { arbitrary: subvalueText, weight: 1 });
}

const unknownSubkey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_NAMES),
  fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/),
);

/** A sub-key under any name that PVE takes for it. */
function subkeyPart(format: PropertyFormat): fc.Arbitrary<string> {
  const aliases = [...format.aliases].filter(([, target]) => target !== format.keyAlias?.value);
  return fc.constantFrom(...format.subkeys).chain(([name, subkey]) => {
    const names = [name, ...aliases.filter(([, target]) => target === name).map(([alias]) => alias)];
    return fc.tuple(fc.constantFrom(...names), subvalue(name, subkey)).map((pair) => pair.join('='));
  });
}

/** A property string in any order, with unknown, empty, repeated and bare parts now and then. */
export function propertyText(format: PropertyFormat): fc.Arbitrary<string> {
  const extra = fc.oneof(
    fc.tuple(unknownSubkey, subvalueText).map((pair) => pair.join('=')),
    subvalueText,
    oneOf('', ' ', '=', 'x='),
  );
  const nic = fc.tuple(oneOf('virtio', 'e1000', 'vmxnet3'), mac).map((pair) => pair.join('='));
  const parts = fc.array(
    fc.oneof({ arbitrary: subkeyPart(format), weight: 8 }, { arbitrary: extra, weight: 1 }),
    { maxLength: 7 },
  );
  const first = format.keyAlias ? nic : format.defaultKey ? fc.oneof(volume, oneOf('1', 'host')) : oneOf('');
  return fc.tuple(first, parts).map(([head, tail]) => [head, ...tail].join(','));
}

const plainText = unicode.map((text) => text.replaceAll('\n', ' '));

/** PVE takes `NAME=value` only, one variable after another with NUL between them (PVE/LXC/Config.pm, `env`). */
const environment = fc
  .array(fc.tuple(fc.stringMatching(/^[A-Z_]{1,8}$/), plainText), { minLength: 1, maxLength: 3 })
  .map((variables) => variables.map(([name, text]) => `${name}=${text.replaceAll('\0', '')}`).join('\0'));

function keyText(key: ConfigKey): fc.Arbitrary<string> {
  if (key.name === 'description') return fc.string({ unit: 'grapheme' });
  if (key.name === 'env') return environment;
  if (key.property) return propertyText(key.property);
  if (key.type === 'boolean') return fc.oneof(trueText, falseText);
  if (key.type !== 'string')
    return fc.oneof(fc.integer({ min: 0, max: 99999 }).map(String), oneOf('0.5', '+3'));
  return plainText;
}

const keyPair = (type: GuestType): fc.Arbitrary<readonly [string, string]> =>
  fc.constantFrom(...configKeys(type).values()).chain((key) => {
    const index = key.name.endsWith('[n]') ? fc.integer({ min: 0, max: 31 }).map(String) : oneOf('');
    return fc.tuple(
      index.map((n) => key.name.replace('[n]', n)),
      keyText(key),
    );
  });

const unknownPair: fc.Arbitrary<readonly [string, string]> = fc.tuple(
  fc.oneof(fc.constantFrom(...HOSTILE_NAMES), fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,8}$/)),
  plainText,
);

const RESERVED = /^(?:digest|pending|snapshots|special-sections|delete|description|lxc|env)$|^lxc\./;

const lxcLine = fc.tuple(
  oneOf('lxc.idmap', 'lxc.apparmor.profile', 'lxc.mount.entry', 'lxc.cgroup2.x'),
  plainText,
);

/** A configuration of up to 14 known keys and some unknown ones. */
export function guestConfig(type: GuestType): fc.Arbitrary<GuestConfig> {
  const unknown = unknownPair.filter(([key]) => !RESERVED.test(key));
  const lxcRaw = type === 'lxc' ? fc.array(lxcLine, { maxLength: 4 }) : fc.constant([]);
  return fc
    .tuple(fc.array(keyPair(type), { maxLength: 14 }), fc.array(unknown, { maxLength: 3 }), lxcRaw)
    .map(([known, others, raw]) => {
      const values = emptyValues();
      for (const [key, value] of [...known, ...others]) values[key] = value;
      return { type, values, lxcRaw: raw };
    });
}

const snapshotName = fc.stringMatching(/^[a-z][a-z0-9_-]{1,8}$/).filter((name) => name !== 'pending');

/** A whole `.conf` file: current values, pending changes, snapshots, and a VM's special sections. */
export function confFile(type: GuestType): fc.Arbitrary<GuestConfFile> {
  const config = guestConfig(type);
  const small = guestConfig(type).map(({ values, ...rest }) => ({
    ...rest,
    values: Object.fromEntries(Object.entries(values).slice(0, 3)),
  }));
  const deleted = fc.uniqueArray(oneOf('net1', '!scsi1', 'agent', '!unused0'), { maxLength: 3 });
  const special = type === 'qemu' ? fc.option(small, { nil: undefined, freq: 6 }) : fc.constant(undefined);
  return fc
    .record({
      current: config,
      pending: fc.option(fc.record({ set: small, delete: deleted }), { nil: undefined, freq: 3 }),
      snapshots: fc.uniqueArray(fc.record({ name: snapshotName, config: small }), {
        maxLength: 2,
        selector: ({ name }) => name,
      }),
      special,
    })
    .map(({ current, pending, snapshots, special: cloudinit }) => ({
      current,
      snapshots,
      ...(pending && { pending }),
      ...(cloudinit && { special: [{ name: 'cloudinit', config: cloudinit }] }),
    }));
}
