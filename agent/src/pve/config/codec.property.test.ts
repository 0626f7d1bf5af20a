import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import type { GuestType } from '../types.ts';
import { confFile, guestConfig, propertyText } from './codec.arbitraries.ts';
import { parseConfFile, printConfFile } from './conf-file.ts';
import { disks, nics } from './devices.ts';
import { configKeys } from './formats/keys.ts';
import { diffConfig, parseConfig, printConfig, sameConfig } from './guest-config.ts';
import { propertyProblems } from './property-problems.ts';
import { isProperty, parseProperty, printProperty } from './property.ts';
import type { GuestConfig, PropertyValue } from './types.ts';

const TYPES: readonly GuestType[] = ['qemu', 'lxc'];
/** 2,500 of each guest type: 5,000 configurations. */
const RUNS = { numRuns: 2500 };

const entriesInOrder = (value: PropertyValue) => value.entries.map(([name]) => name).toSorted();

const alone = (type: GuestType, key: string, value: string): GuestConfig => ({
  type,
  values: { [key]: value },
  lxcRaw: [],
});

/** Only our own error may leave the codec. */
function tolerates(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ProxmoxAiError);
  }
}

describe.each(TYPES)('%s', (type) => {
  test('every generated configuration survives property strings, API form and .conf form', () => {
    fc.assert(
      fc.property(confFile(type), (file) => {
        const { current } = file;
        const canonical = Object.entries(current.values).map(([key, value]) => {
          if (!isProperty(type, key)) return [key, value] as const;
          const parsed = parseProperty(type, key, value);
          const printed = printProperty(type, key, parsed);
          const again = parseProperty(type, key, printed);
          expect(entriesInOrder(again)).toEqual(entriesInOrder(parsed));
          expect(printProperty(type, key, again)).toBe(printed);
          return [key, printed] as const;
        });
        expect(diffConfig(current, { ...current, values: Object.fromEntries(canonical) })).toEqual([]);

        const answer = JSON.parse(JSON.stringify({ ...printConfig(current), digest: 'd' })) as Record<
          string,
          unknown
        >;
        const read = parseConfig(type, type === 'lxc' ? { ...answer, lxc: current.lxcRaw } : answer);
        expect(Object.entries(read.values).toSorted()).toEqual(Object.entries(current.values).toSorted());
        expect(read.lxcRaw).toEqual(current.lxcRaw);

        const text = printConfFile(file);
        const reread = parseConfFile(type, text);
        expect(reread.unread).toBeUndefined();
        expect(diffConfig(current, reread.current)).toEqual([]);
        expect(reread.pending?.delete ?? []).toEqual(file.pending?.delete ?? []);
        const sections = [...file.snapshots, ...(file.special ?? [])].map(({ name }) => name).toSorted();
        const found = [...reread.snapshots, ...(reread.special ?? [])];
        expect(found.map(({ name }) => name).toSorted()).toEqual(sections);
        for (const { name, config } of [...file.snapshots, ...(file.special ?? [])]) {
          expect(sameConfig(config, found.find((other) => other.name === name)?.config ?? current)).toBe(
            true,
          );
        }
        if (file.pending && reread.pending)
          expect(diffConfig(file.pending.set, reread.pending.set)).toEqual([]);
        expect(printConfFile(reread)).toBe(text);
      }),
      RUNS,
    );
  });

  test('a configuration in which one thing changed is not the same, and the diff names just that key', () => {
    fc.assert(
      fc.property(guestConfig(type), (config) => {
        const values = Object.assign(Object.create(null) as Record<string, string>, config.values);
        delete values.net7;
        const before = { ...config, values };
        const nic = type === 'qemu' ? 'virtio=BC:24:11:00:00:01' : 'name=eth7,hwaddr=BC:24:11:00:00:01';
        const after = { ...config, values: { ...values, net7: nic } };
        expect(diffConfig(before, after)).toEqual([{ key: 'net7', before: null, after: nic }]);
        const other = { ...after, values: { ...after.values, net7: nic.replace('01', '02') } };
        expect(diffConfig(after, other).map(({ key }) => key)).toEqual(['net7']);
      }),
      { numRuns: 200 },
    );
  });

  test('no text makes the property parser or the device views throw anything but our error', () => {
    const keys = [...configKeys(type).values()].filter((key) => key.property);
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...keys).chain((key) => (key.property ? propertyText(key.property) : fc.string())),
    );
    fc.assert(
      fc.property(fc.constantFrom(...keys), anyText, ({ name }, text) => {
        const key = name.replace('[n]', '0');
        const value = parseProperty(type, key, text);
        tolerates(() => printProperty(type, key, value));
        tolerates(() => nics(alone(type, key, text)));
        tolerates(() => disks(alone(type, key, text)));
        tolerates(() => sameConfig(alone(type, key, text), alone(type, key, '')));
        propertyProblems(type, key, text);
      }),
      { numRuns: 2000 },
    );
  });

  test('a property that PVE would take has the same meaning after printing', () => {
    const keys = [...configKeys(type).values()].filter((key) => key.property);
    let taken = 0;
    fc.assert(
      fc.property(
        fc
          .constantFrom(...keys)
          .chain((key) =>
            fc.tuple(fc.constant(key.name), key.property ? propertyText(key.property) : fc.constant('')),
          ),
        ([name, text]) => {
          const key = name.replace('[n]', '0');
          if (propertyProblems(type, key, text).length > 0) return;
          taken += 1;
          const printed = printProperty(type, key, parseProperty(type, key, text));
          expect(propertyProblems(type, key, printed)).toEqual([]);
          expect(sameConfig(alone(type, key, text), alone(type, key, printed))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  test('no file makes the .conf parser throw anything but our error, and what it reads is not lost', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '[PENDING]',
        '[pve:pending]',
        '[snap]',
        '[special:cloudinit]',
        '[ ]',
        '[:3]',
        'delete: a,!b',
      ),
      fc.constantFrom(
        'agent: 1',
        'agent:  0 ',
        ' agent: 1',
        'net0: virtio',
        '#notes%3A',
        '#',
        '__proto__: x',
        '\r',
      ),
      fc.constantFrom(
        'lxc.idmap = u 0 1 2',
        'lxc.idmap: u 0 1 2',
        'constructor: y',
        'digest: z',
        ': x',
        '%zz:%',
      ),
    );
    const text = fc
      .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n'))
      .map(([lines, end]) => lines.join(end));
    fc.assert(
      fc.property(text, (raw) => {
        tolerates(() => {
          const file = parseConfFile(type, raw);
          const printed = printConfFile(file);
          const again = parseConfFile(type, printed);
          expect(diffConfig(file.current, again.current)).toEqual([]);
          expect(again.snapshots.length).toBe(file.snapshots.length);
          expect(again.unread?.map((unread) => unread.text).toSorted()).toEqual(
            file.unread?.map((unread) => unread.text).toSorted(),
          );
          expect(printConfFile(again)).toBe(printed);
        });
      }),
      { numRuns: 2000 },
    );
  });
});
