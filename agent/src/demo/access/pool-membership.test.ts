import { expect, test } from 'vitest';
import { generateWorld } from '../world/generate.ts';
import { poolMembership } from './pool-membership.ts';

test('finds the same pools with and without its index', () => {
  const state = generateWorld({ seed: 1, now: 1_800_000_000 });
  state.pools.second = { vmids: [105], storages: [] };
  const paths = ['/vms/105', '/vms/104', '/storage/nas', '/vms/1', '/', '/vms', '/nodes/pve1', '/vms/105/x'];
  const indexing = poolMembership(state);
  expect([...indexing.paths()]).toEqual(expect.arrayContaining(['/vms/105', '/storage/nas']));
  for (let warm = 0; warm < 20; warm += 1) indexing.of('/');
  for (const path of paths) expect(indexing.of(path), path).toEqual(poolMembership(state).of(path));
  expect(indexing.of('/vms/105')).toEqual(['production', 'second']);
  expect(indexing.of('/storage/nas')).toEqual(['lab']);
});
