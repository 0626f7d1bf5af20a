import { describe, expect, it } from 'vitest';
import { fixture, fixtureGuest, fixtureUser } from '../guests/fixture.ts';
import { modifiedConfiguration } from '../refuse.ts';
import { firewallEndpoints } from './index.ts';

interface Rule {
  readonly pos: number;
  readonly digest: string;
  readonly action: string;
  readonly errors?: object;
}
const rulesPath = '/nodes/pve1/qemu/100/firewall/rules';
const demo = () =>
  fixture(firewallEndpoints, [fixtureGuest({ vmid: 100 }), fixtureGuest({ vmid: 200, type: 'lxc' })]);

describe('firewall rules', () => {
  it('puts a new rule first, disabled unless told otherwise, and answers numbers as numbers', () => {
    const { call } = demo();
    call('POST', rulesPath, { type: 'in', action: 'ACCEPT', macro: 'ssh', source: '10.0.0.0/8', enable: 1 });
    call('POST', rulesPath, { type: 'out', action: 'DROP' });
    expect(call('GET', rulesPath)).toMatchObject([
      { pos: 0, type: 'out', action: 'DROP', enable: 0 },
      { pos: 1, type: 'in', macro: 'SSH', source: '10.0.0.0/8', ipversion: 4, enable: 1 },
    ]);
    expect(call('GET', `${rulesPath}/1`)).toMatchObject({ pos: 1, action: 'ACCEPT' });
  });

  it('refuses a change based on an outdated digest with the text PVE uses', () => {
    const { call, refusal } = demo();
    call('POST', rulesPath, { type: 'in', action: 'ACCEPT' });
    const [first] = call('GET', rulesPath) as Rule[];
    call('POST', rulesPath, { type: 'in', action: 'DROP' });
    const digest = first?.digest ?? '';
    expect(refusal('PUT', `${rulesPath}/0`, { action: 'DROP', digest })).toEqual({
      status: 500,
      message: modifiedConfiguration,
    });
    expect(refusal('DELETE', `${rulesPath}/0`, { digest }).message).toBe(modifiedConfiguration);
  });

  it('moves a rule before the one at `moveto`, and to the end beyond the last', () => {
    const { call } = demo();
    for (const port of ['3', '2', '1']) {
      call('POST', rulesPath, { type: 'in', action: 'ACCEPT', proto: 'tcp', dport: port });
    }
    const ports = () => (call('GET', rulesPath) as { dport: string }[]).map(({ dport }) => dport).join('');
    call('PUT', `${rulesPath}/2`, { moveto: 0 });
    expect(ports()).toBe('312');
    call('PUT', `${rulesPath}/0`, { moveto: 3 });
    expect(ports()).toBe('123');
  });

  it('removes keys by `delete` and by an empty value, but never type or action', () => {
    const { call, refusal } = demo();
    call('POST', rulesPath, { type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '22', comment: 'x' });
    call('PUT', `${rulesPath}/0`, { delete: 'comment', dport: '' });
    const [rule] = call('GET', rulesPath) as Rule[];
    expect(rule).not.toHaveProperty('comment');
    expect(rule).not.toHaveProperty('dport');
    expect(refusal('PUT', `${rulesPath}/0`, { delete: 'type' }).errors).toEqual({
      delete: "unable to delete required property 'type'",
    });
  });

  it.each([
    [
      { type: 'in', action: 'ACCEPT', dport: '22' },
      'proto',
      "missing property - 'dport' requires this property",
    ],
    [{ type: 'in', action: 'ACCEPT', source: '+nope' }, 'source', "no such ipset 'nope'"],
    [{ type: 'in', action: 'ACCEPT', source: 'nope' }, 'source', "no such alias 'nope'"],
    [{ type: 'in', action: 'ACCEPT', macro: 'Nope' }, 'macro', "unknown macro 'Nope'"],
    [{ type: 'in', action: 'ALLOW' }, 'action', "unknown action 'ALLOW'"],
    [{ type: 'forward', action: 'ACCEPT' }, 'type', "invalid rule type 'forward' for rule_env 'vm'"],
    [
      { type: 'in', action: 'ACCEPT', iface: 'eth0' },
      'iface',
      "value does not match the regex pattern 'net\\d+'",
    ],
    [
      { type: 'in', action: 'ACCEPT', proto: 'tcp', dport: '90:80' },
      'dport',
      "backwards range '90:80' not allowed, did you mean '80:90'?",
    ],
    [
      { type: 'in', action: 'ACCEPT', source: '10.0.0.1', dest: '2001:db8::1' },
      'dest',
      'detected mixed ipv4/ipv6 addresses in rule',
    ],
    [
      { type: 'in', action: 'ACCEPT', macro: 'SSH', proto: 'udp' },
      'proto',
      "parameter 'proto' already define in macro (value = 'tcp')",
    ],
  ])('refuses %j', (rule, key, message) => {
    expect(demo().refusal('POST', rulesPath, rule)).toMatchObject({
      status: 400,
      errors: { [key]: message },
    });
  });

  it('reports a stored rule whose set is gone instead of hiding it', () => {
    const { call, state } = demo();
    state.guests['100']?.firewall.rules.push({ type: 'in', action: 'ACCEPT', enable: '1', source: '+gone' });
    expect(call('GET', rulesPath)).toMatchObject([{ errors: { source: "no such ipset 'gone'" } }]);
  });

  it('keeps one set of rules per level', () => {
    const { call } = demo();
    const paths = [
      '/cluster/firewall/rules',
      '/nodes/pve1/firewall/rules',
      '/nodes/pve1/lxc/200/firewall/rules',
      rulesPath,
    ];
    for (const path of paths) call('POST', path, { type: 'in', action: 'ACCEPT', comment: path });
    for (const path of paths) expect(call('GET', path)).toMatchObject([{ comment: path }]);
  });

  it('refuses to write the firewall of a guest that does not exist, and reads it as empty', () => {
    const { call, refusal } = demo();
    expect(call('GET', '/nodes/pve1/qemu/999/firewall/rules')).toEqual([]);
    expect(
      refusal('POST', '/nodes/pve1/qemu/999/firewall/rules', { type: 'in', action: 'DROP' }).message,
    ).toBe("Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist");
  });
});

describe('security groups', () => {
  it('are created, filled, renamed with every reference, and only deleted when empty', () => {
    const { call, refusal, state } = demo();
    call('POST', '/cluster/firewall/groups', { group: 'web', comment: 'servers' });
    call('POST', '/cluster/firewall/groups/web', { type: 'in', action: 'ACCEPT', macro: 'HTTPS' });
    call('POST', rulesPath, { type: 'group', action: 'web' });
    expect(call('GET', '/cluster/firewall/groups')).toMatchObject([{ group: 'web', comment: 'servers' }]);
    call('POST', '/cluster/firewall/groups', { group: 'www', rename: 'web' });
    expect(state.guests['100']?.firewall.rules[0]?.action).toBe('www');
    expect(refusal('DELETE', '/cluster/firewall/groups/www').message).toBe(
      "Security group 'www' is not empty",
    );
    call('DELETE', '/cluster/firewall/groups/www/0');
    call('DELETE', '/cluster/firewall/groups/www');
    expect(call('GET', '/cluster/firewall/groups')).toEqual([]);
    expect(refusal('GET', '/cluster/firewall/groups/www').message).toBe("no such security group 'www'");
  });

  it('do not contain groups', () => {
    const { call, refusal } = demo();
    call('POST', '/cluster/firewall/groups', { group: 'web' });
    expect(refusal('POST', '/cluster/firewall/groups/web', { type: 'group', action: 'other' }).status).toBe(
      400,
    );
  });
});

describe('handlers', () => {
  it('leave permissions of these calls to the schema', () => {
    expect(() => demo().call('GET', rulesPath, {}, fixtureUser([]))).not.toThrow();
  });
});
