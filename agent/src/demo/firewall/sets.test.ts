import { describe, expect, it } from 'vitest';
import { fixture, fixtureGuest, fixtureNow } from '../guests/fixture.ts';
import { modifiedConfiguration } from '../refuse.ts';
import { firewallEndpoints } from './index.ts';

const guest = '/nodes/pve1/qemu/100/firewall';
const demo = () => fixture(firewallEndpoints, [fixtureGuest({ vmid: 100, status: 'running' })]);

describe('IP sets', () => {
  it('normalise addresses, refuse duplicates and zero prefixes', () => {
    const { call, refusal } = demo();
    call('POST', `${guest}/ipset`, { name: 'admins', comment: 'jump hosts' });
    call('POST', `${guest}/ipset/admins`, { cidr: '192.168.1.77/24' });
    call('POST', `${guest}/ipset/admins`, { cidr: '10.0.0.1/32', nomatch: true });
    expect(call('GET', `${guest}/ipset/admins`)).toMatchObject([
      { cidr: '10.0.0.1', nomatch: 1 },
      { cidr: '192.168.1.0/24' },
    ]);
    expect(refusal('POST', `${guest}/ipset/admins`, { cidr: '192.168.1.0/24' }).errors).toEqual({
      cidr: "address '192.168.1.0/24' already exists",
    });
    expect(refusal('POST', `${guest}/ipset/admins`, { cidr: '0.0.0.0/0' }).status).toBe(400);
    expect(refusal('POST', `${guest}/ipset/admins`, { cidr: 'no-alias' }).message).toBe(
      "no such alias 'no-alias'",
    );
  });

  it('are read and changed entry by entry, with a slash in the path', () => {
    const { call, refusal } = demo();
    call('POST', '/cluster/firewall/ipset', { name: 'lan' });
    call('POST', '/cluster/firewall/ipset/lan', { cidr: '10.0.0.0/8' });
    const entry = call('GET', '/cluster/firewall/ipset/lan/10.0.0.0/8') as { digest: string };
    call('PUT', '/cluster/firewall/ipset/lan/10.0.0.0/8', { comment: 'all', digest: entry.digest });
    expect(refusal('PUT', '/cluster/firewall/ipset/lan/10.0.0.0/8', { digest: entry.digest }).message).toBe(
      modifiedConfiguration,
    );
    expect(refusal('DELETE', '/cluster/firewall/ipset/lan').message).toBe("IPSet 'lan' is not empty");
    call('DELETE', '/cluster/firewall/ipset/lan/10.0.0.0/8');
    call('DELETE', '/cluster/firewall/ipset/lan');
    expect(refusal('GET', '/cluster/firewall/ipset/lan').message).toBe("no such IPSet 'lan'");
  });

  it('are renamed by creating with `rename`', () => {
    const { call, refusal } = demo();
    call('POST', `${guest}/ipset`, { name: 'old' });
    call('POST', `${guest}/ipset`, { name: 'new', rename: 'old', comment: 'c' });
    expect(call('GET', `${guest}/ipset`)).toMatchObject([{ name: 'new', comment: 'c' }]);
    expect(refusal('POST', `${guest}/ipset`, { name: 'x', rename: 'old' }).errors).toEqual({
      name: "IPSet 'old' does not exist",
    });
  });
});

describe('aliases', () => {
  it('are case-insensitive and may be used by rules and sets', () => {
    const { call, refusal } = demo();
    call('POST', `${guest}/aliases`, { name: 'Gateway', cidr: '10.0.0.1' });
    expect(refusal('POST', `${guest}/aliases`, { name: 'gateway', cidr: '10.0.0.2' }).errors).toEqual({
      name: "alias 'gateway' already exists",
    });
    expect(call('GET', `${guest}/aliases/GATEWAY`)).toEqual({
      name: 'Gateway',
      cidr: '10.0.0.1',
      ipversion: 4,
    });
    call('POST', `${guest}/rules`, { type: 'in', action: 'ACCEPT', source: 'guest/gateway' });
    expect(
      refusal('POST', `${guest}/rules`, { type: 'in', action: 'DROP', source: 'dc/gateway' }).status,
    ).toBe(400);
    call('PUT', `${guest}/aliases/gateway`, { cidr: '10.0.0.9', rename: 'router' });
    expect(call('GET', `${guest}/aliases`)).toMatchObject([{ name: 'router', cidr: '10.0.0.9' }]);
  });

  it('and sets of the datacenter are references for guests too', () => {
    const { call } = demo();
    call('POST', '/cluster/firewall/aliases', { name: 'Lan', cidr: '10.0.0.0/8' });
    call('POST', `${guest}/ipset`, { name: 'mine' });
    expect(call('GET', `${guest}/refs`)).toEqual([
      { type: 'alias', name: 'lan', ref: 'lan', scope: 'dc' },
      { type: 'ipset', name: 'mine', ref: '+mine', scope: 'guest' },
    ]);
    expect(call('GET', '/cluster/firewall/refs', { type: 'ipset' })).toEqual([]);
  });
});

describe('options', () => {
  it('leave out what is not set, and answer flags as numbers', () => {
    const { call, refusal } = demo();
    expect(Object.keys(call('GET', `${guest}/options`) as object)).toEqual(['digest']);
    call('PUT', `${guest}/options`, { enable: true, policy_in: 'DROP', macfilter: false });
    const options = call('GET', `${guest}/options`) as { digest: string };
    expect(options).toMatchObject({ enable: 1, policy_in: 'DROP', macfilter: 0 });
    call('PUT', `${guest}/options`, { delete: 'macfilter', digest: options.digest });
    expect(call('GET', `${guest}/options`)).not.toHaveProperty('macfilter');
    expect(refusal('PUT', `${guest}/options`, { delete: 'nope' }).errors).toEqual({
      delete: "no such option 'nope'",
    });
    expect(refusal('PUT', `${guest}/options`, { enable: false, digest: options.digest }).message).toBe(
      modifiedConfiguration,
    );
  });

  it('of the datacenter switch a trial enable off after a minute', () => {
    const { call, state } = demo();
    call('PUT', '/cluster/firewall/options', { enable: 2 });
    expect(call('GET', '/cluster/firewall/options')).toMatchObject({ enable: fixtureNow });
    state.firewall.options.enable = String(fixtureNow - 61);
    expect(call('GET', '/cluster/firewall/options')).toMatchObject({ enable: 0 });
  });
});

describe('the log', () => {
  it('says "no content" until firewall and log level are on, then numbers its lines', () => {
    const { call } = demo();
    expect(call('GET', `${guest}/log`)).toEqual([{ n: 1, t: 'no content' }]);
    call('PUT', '/cluster/firewall/options', { enable: 1 });
    call('PUT', `${guest}/options`, { enable: true, log_level_in: 'info' });
    const lines = call('GET', `${guest}/log`, { start: 2, limit: 3 }) as { n: number; t: string }[];
    expect(lines.map(({ n }) => n)).toEqual([3, 4, 5]);
    expect(lines[0]?.t).toMatch(/^100 6 tap100i0-IN \d\d\/\w{3}\/\d{4}:.* policy DROP: .* DPT=\d+/);
    expect(call('GET', `${guest}/log`, { start: 2, limit: 3 })).toEqual(lines);
    expect(call('GET', `${guest}/log`, { since: fixtureNow + 10_000 })).toEqual([{ n: 1, t: 'no content' }]);
  });
});

describe('macros', () => {
  it('are the 86 that PVE ships', () => {
    const macros = demo().call('GET', '/cluster/firewall/macros') as { macro: string; descr: string }[];
    expect(macros).toHaveLength(86);
    expect(macros.find(({ macro }) => macro === 'SSH')).toEqual({
      macro: 'SSH',
      descr: 'Secure shell traffic',
    });
  });
});
