import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { endpoints, findEndpoint, paramsOf, schemaSource } from './endpoints.ts';

describe('findEndpoint', () => {
  test('matches every call of the schema by a concrete path', () => {
    for (const endpoint of endpoints()) {
      const names: string[] = [];
      const path = endpoint.path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
        names.push(name);
        return `v-${names.length}`;
      });
      const found = findEndpoint(endpoint.method, path);
      expect(found?.endpoint).toBe(endpoint);
      expect(Object.keys(found?.pathParams ?? {})).toEqual(names);
    }
    expect(endpoints().length).toBeGreaterThan(600);
    expect(schemaSource().pveDocsVersion).toMatch(/^9\./);
  });

  test('gives the path parameters decoded', () => {
    expect(findEndpoint('PUT', '/nodes/pve1/qemu/105/config')?.pathParams).toEqual({
      node: 'pve1',
      vmid: '105',
    });
    expect(findEndpoint('GET', '/access/users/a%40pve')?.pathParams).toEqual({ userid: 'a@pve' });
  });

  test('lets a volume hold slashes, escaped or not', () => {
    for (const volume of ['local:iso/debian-13.iso', 'local%3Aiso%2Fdebian-13.iso']) {
      expect(findEndpoint('GET', `/nodes/pve1/storage/local/content/${volume}`)?.pathParams.volume).toBe(
        'local:iso/debian-13.iso',
      );
    }
  });

  test.each([
    ['GET', '/nodes/pve1/qemu/105/nothing'],
    ['DELETE', '/version'],
    ['GET', '/__proto__/constructor'],
    ['GET', '/nodes/pve1/qemu/105/config/more'],
  ] as const)('%s %s is no call of PVE', (method, path) => {
    expect(findEndpoint(method, path)).toBeUndefined();
  });

  test('refuses a path that is not escaped properly', () => {
    expect(() => findEndpoint('GET', '/nodes/%zz/status')).toThrow(ProxmoxAiError);
  });
});

test('every parameter of every call is of a shape that we read', () => {
  let count = 0;
  for (const endpoint of endpoints()) count += paramsOf(endpoint).size;
  expect(count).toBeGreaterThan(2900);
});
