import { describe, expect, it } from 'vitest';
import schema from '../../pve/schema/endpoints.json' with { type: 'json' };
import { generateWorld } from './generate.ts';

interface Parameter {
  type?: string;
  enum?: readonly string[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  maxLength?: number;
  alias?: string;
  keyAlias?: string;
  default_key?: number;
  format?: string | Record<string, Parameter>;
}

const paramsOf = (path: string, method: string): Record<string, Parameter> => {
  const found = (
    schema.endpoints as unknown as { path: string; method: string; params: Record<string, Parameter> }[]
  ).find((endpoint) => endpoint.path === path && endpoint.method === method);
  if (found === undefined) throw new Error(`${method} ${path} is not in the schema`);
  return found.params;
};

const numbered = (key: string): string => key.replace(/\d+$/, '[n]');

/** Perl prints a compiled pattern as `(?^i:…)`. */
const jsPattern = (pattern: string): RegExp =>
  new RegExp(`^(?:${pattern.replaceAll(/\(\?\^(i?)\w*:/g, (_, flag: string) => `(?${flag}:`)})$`);

/** What is wrong with a value, or undefined. */
const problem = (value: string, parameter: Parameter): string | undefined => {
  const { type, format } = parameter;
  if (type === 'boolean' && !/^[01]$/.test(value)) return 'not a boolean';
  if (type === 'integer' || type === 'number') {
    const number = Number(value);
    if (value === '' || !Number.isFinite(number)) return 'not a number';
    if (type === 'integer' && !Number.isInteger(number)) return 'not an integer';
    if (parameter.minimum !== undefined && number < parameter.minimum) return `below ${parameter.minimum}`;
    if (parameter.maximum !== undefined && number > parameter.maximum) return `above ${parameter.maximum}`;
  }
  if (parameter.enum !== undefined && !parameter.enum.map(String).includes(value)) return 'not in the enum';
  if (parameter.maxLength !== undefined && value.length > parameter.maxLength) return 'too long';
  if (parameter.pattern !== undefined && !jsPattern(parameter.pattern).test(value))
    return 'does not match the pattern';
  return typeof format === 'object' ? subProblem(value, format) : undefined;
};

const subProblem = (value: string, format: Record<string, Parameter>): string | undefined => {
  for (const part of value.split(',')) {
    const cut = part.indexOf('=');
    const name =
      cut < 0 ? Object.keys(format).find((key) => format[key]?.default_key === 1) : part.slice(0, cut);
    const declared = name === undefined ? undefined : format[name];
    if (name === undefined || declared === undefined) return `unknown sub-key in ${part}`;
    const real = declared.alias === undefined ? declared : (format[declared.alias] ?? declared);
    const found = problem(cut < 0 ? part : part.slice(cut + 1), real);
    if (found !== undefined) return `${name}: ${found}`;
  }
  return undefined;
};

/** Written by PVE itself, so not parameters of the API. */
const internal = new Set(['meta', 'parent', 'runningmachine', 'runningcpu', 'vmstate']);

const guestParams = {
  qemu: { ...paramsOf('/nodes/{node}/qemu', 'POST'), ...paramsOf('/nodes/{node}/qemu/{vmid}/config', 'PUT') },
  lxc: { ...paramsOf('/nodes/{node}/lxc', 'POST'), ...paramsOf('/nodes/{node}/lxc/{vmid}/config', 'PUT') },
};

const without = (section: Readonly<Record<string, string>>, key: string): Record<string, string> =>
  Object.fromEntries(Object.entries(section).filter(([name]) => name !== key));

const sectionProblems = (
  label: string,
  section: Readonly<Record<string, string>>,
  params: Record<string, Parameter>,
): string[] =>
  Object.entries(section).flatMap(([key, value]) => {
    if (internal.has(key)) return [];
    const parameter = params[key] ?? params[numbered(key)];
    if (parameter === undefined) return [`${label} ${key}: unknown key`];
    const found = problem(value, parameter);
    return found === undefined ? [] : [`${label} ${key}: ${found} (${value})`];
  });

describe.each([
  ['hand-written', generateWorld({ seed: 1, now: 1_790_000_000 })],
  ['sampled', generateWorld({ seed: 2, now: 1_790_000_000, nodes: 5, guests: 1500 })],
])('the %s world agrees with the schema of PVE', (_, world) => {
  it('in the configuration of every guest, its snapshots and pending changes', () => {
    const problems = Object.values(world.guests).flatMap((guest) =>
      [
        guest.config,
        guest.pending.set,
        ...Object.values(guest.snapshots).map(({ config }) => config),
      ].flatMap((section) => sectionProblems(String(guest.vmid), section, guestParams[guest.type])),
    );
    expect(problems).toEqual([]);
  });

  it('in the firewall options and rules of every level', () => {
    const ruleParams = paramsOf('/nodes/{node}/qemu/{vmid}/firewall/rules', 'POST');
    const problems = [
      ...sectionProblems('cluster.fw', world.firewall.options, paramsOf('/cluster/firewall/options', 'PUT')),
      ...[
        ...world.firewall.rules,
        ...Object.values(world.firewall.groups).flatMap(({ rules }) => rules),
      ].flatMap((rule) => sectionProblems('cluster rule', rule, ruleParams)),
      ...Object.values(world.nodes).flatMap(({ name, firewall }) => [
        ...sectionProblems(name, firewall.options, paramsOf('/nodes/{node}/firewall/options', 'PUT')),
        ...firewall.rules.flatMap((rule) => sectionProblems(name, rule, ruleParams)),
      ]),
      ...Object.values(world.guests).flatMap(({ vmid, firewall }) => [
        ...sectionProblems(
          `${vmid}.fw`,
          firewall.options,
          paramsOf('/nodes/{node}/qemu/{vmid}/firewall/options', 'PUT'),
        ),
        ...firewall.rules.flatMap((rule) => sectionProblems(`${vmid}.fw`, rule, ruleParams)),
      ]),
    ];
    expect(problems).toEqual([]);
  });

  it('in storages, backup jobs, replication, HA and cluster options', () => {
    const problems = [
      ...Object.entries(world.storages).flatMap(([id, section]) =>
        sectionProblems(id, section, paramsOf('/storage', 'POST')),
      ),
      ...Object.entries(world.backupJobs).flatMap(([id, section]) =>
        sectionProblems(id, without(section, 'type'), paramsOf('/cluster/backup', 'POST')),
      ),
      ...Object.entries(world.replication).flatMap(([id, section]) =>
        sectionProblems(id, without(section, 'guest'), paramsOf('/cluster/replication', 'POST')),
      ),
      ...Object.entries(world.haResources).flatMap(([id, section]) =>
        sectionProblems(id, section, paramsOf('/cluster/ha/resources', 'POST')),
      ),
      ...Object.entries(world.haRules).flatMap(([id, section]) =>
        sectionProblems(id, section, paramsOf('/cluster/ha/rules', 'POST')),
      ),
      ...sectionProblems('datacenter', world.datacenter, paramsOf('/cluster/options', 'PUT')),
    ];
    expect(problems).toEqual([]);
  });
});

describe('the check itself', () => {
  it('notices unknown keys, wrong enums, ranges and sub-keys', () => {
    const params = guestParams.qemu;
    expect(sectionProblems('x', { nonsense: '1' }, params)).toHaveLength(1);
    expect(sectionProblems('x', { bios: 'uefi' }, params)).toHaveLength(1);
    expect(sectionProblems('x', { cores: '0' }, params)).toHaveLength(1);
    expect(sectionProblems('x', { scsi0: 'a:b,backup=yes' }, params)).toHaveLength(1);
    expect(sectionProblems('x', { net0: 'virtio=AA:BB:CC:DD:EE:FF,vlan=3' }, params)).toHaveLength(1);
  });
});
