import { expect, test } from 'vitest';
import { scriptedClient } from '../client/scripted-client.fixture.ts';
import { readPermissions } from './permissions.ts';

const given = (answer: unknown) => readPermissions(scriptedClient({ '/access/permissions': () => answer }));

test('a privilege holds on its own path, and below where it propagates', async () => {
  const permissions = await given({
    '/': { 'VM.Audit': 1, 'Sys.Audit': 0 },
    '/vms': { 'VM.Audit': 1 },
    '/nodes': { 'Sys.Audit': '0' },
  });
  expect(permissions.allows('/vms/105', ['VM.Audit'])).toBe(true);
  expect(permissions.allows('/mapping/dir', ['VM.Audit'])).toBe(true);
  expect(permissions.allows('/', ['Sys.Audit'])).toBe(true);
  expect(permissions.allows('/mapping', ['Sys.Audit'])).toBe(false);
  expect(permissions.allows('/nodes', ['Sys.Audit'])).toBe(true);
  expect(permissions.allows('/nodes/pve1', ['Sys.Audit'])).toBe(false);
});

test('a path between replaces what is above it, as roles on a deeper path do in PVE', async () => {
  const permissions = await given({
    '/': { 'VM.Audit': 1 },
    '/vms': { 'VM.Audit': 1 },
    '/vms/105': { 'VM.Console': 1 },
  });
  expect(permissions.allows('/vms/105', ['VM.Audit'])).toBe(false);
  expect(permissions.allows('/vms/105', ['VM.Audit', 'VM.Console'])).toBe(true);
});

test('a path that PVE always computes and does not list holds nothing', async () => {
  const permissions = await given({ '/': { 'Datastore.Audit': 1 } });
  expect(permissions.allows('/storage', ['Datastore.Audit'])).toBe(false);
  expect((await given({})).allows('/', ['VM.Audit'])).toBe(false);
});
