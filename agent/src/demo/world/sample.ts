import { guestRecipes } from './guests.ts';
import type { Random } from './random.ts';
import type { GuestRecipe } from './recipe.ts';

const archetypes: readonly GuestRecipe[] = guestRecipes.flatMap((recipe) =>
  Array.from({ length: recipe.weight }, () => recipe),
);

const diskSizes = [8, 16, 24, 32, 40, 64, 80, 100, 160];
const memorySizes = [1024, 2048, 4096, 4096, 8192, 8192, 16384];

/** Scales the archetype: other sizes, no address or name of the original. */
const vary = (config: string, vmid: number, random: Random): string =>
  config
    .replace(
      /^((?:host)?name): (.+?)(?:-\d+)?$/m,
      (_, key: string, base: string) => `${key}: ${base}-${vmid}`,
    )
    .replace(/BC:24:11(?::[0-9A-F]{2}){3}/g, '{mac}')
    .replace(/^cores: \d+$/m, () => `cores: ${random.pick([1, 2, 2, 4, 4, 8])}`)
    .replace(/^memory: \d+$/m, () => `memory: ${random.pick(memorySizes)}`)
    .replace(/^balloon: [1-9]\d*$/m, 'balloon: 1024')
    .replace(/size=\d+G$|size=\d+G(?=,)/gm, (size) =>
      random.next() < 0.5 ? size : `size=${random.pick(diskSizes)}G`,
    )
    // One flat network instead of the small cluster's VLAN subnets.
    .replace(/gw=10\.20\.\d+\.1/g, 'gw=10.64.0.1')
    .replace('{ip}/24', '{ip}/10')
    // A linked clone has to keep the size of its base at least, so it becomes a full clone.
    .replace('ceph-vm:base-9001-disk-0/', 'ceph-vm:')
    .replace('nas:9000/base-9000-disk-0.qcow2/', 'nas:');

/** One more guest of a big cluster: an archetype by weight, with its own sizes, age and load. */
export const sampleRecipe = (random: Random, vmid: number): GuestRecipe => {
  const base = random.pick(archetypes);
  const running = random.next() < 0.88;
  const ageDays = random.between(5, 1500);
  const snapshots = (base.snapshots ?? []).filter((snapshot) => snapshot.daysAgo < ageDays);
  const config = vary(base.config, vmid, random);
  return {
    ...base,
    vmid,
    config: snapshots.length === 0 ? config.replace(/^parent: .*\n/m, '') : config,
    status: running ? 'running' : 'stopped',
    uptimeDays: running ? Math.min(ageDays, random.between(1, 200)) : null,
    ageDays,
    snapshots,
    load: {
      ...base.load,
      cpu: base.load.cpu * (0.04 + 0.25 * random.next()),
      memory: 0.2 + random.next() * 0.7,
    },
  };
};
