import { expect, test } from 'vitest';
import { createRouter } from './routes.ts';
import { apiMethods } from './schema.ts';

const route = createRouter(apiMethods);

test('every call of the schema is found by its own path', () => {
  const missed = apiMethods.filter((api) => {
    const path = api.path.replaceAll(/\{([^}]+)\}/g, 'x1');
    return route(api.method, path)?.api !== api;
  });
  expect(missed.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test('path parameters come decoded, a volume id with its slashes', () => {
  expect(route('GET', '/nodes/pve1/storage/local/content/local:iso/debian.iso')?.uriParams).toEqual({
    node: 'pve1',
    storage: 'local',
    volume: 'local:iso/debian.iso',
  });
  expect(route('DELETE', '/cluster/firewall/ipset/lan/10.0.0.0/8')?.uriParams).toEqual({
    name: 'lan',
    cidr: '10.0.0.0/8',
  });
});

test('empty segments are skipped', () => {
  expect(route('GET', '//nodes//pve1/tasks/')?.api.path).toBe('/nodes/{node}/tasks');
});

test('unknown paths and methods are not found', () => {
  expect(route('GET', '/nodes/pve1/nothing')).toBeUndefined();
  expect(route('POST', '/version')).toBeUndefined();
  expect(route('GET', '/nodes/a b/tasks')).toBeUndefined();
});
