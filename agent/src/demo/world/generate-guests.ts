import { ProxmoxAiError } from '../../errors.ts';
import type { GuestState } from '../state.ts';
import { guestRecipes } from './guests.ts';
import { instantiate, randomMac } from './instantiate.ts';
import { nodeName } from './nodes.ts';
import type { Random } from './random.ts';
import { createRandom, hashSeed } from './random.ts';
import { sampleRecipe } from './sample.ts';
import { tankNodes } from './storages.ts';

const DAY = 86_400;
const FIRST_SAMPLED_VMID = 10_000;

/** A source of MACs that never repeats itself. */
const uniqueMacs = (random: Random): (() => string) => {
  const seen = new Set<string>();
  return () => {
    for (;;) {
      const mac = randomMac(random);
      if (seen.has(mac)) continue;
      seen.add(mac);
      return mac;
    }
  };
};

/** An address of the guest network 10.64.0.0/10 for the nth sampled guest. */
const sampledAddress = (n: number): string =>
  `10.${64 + Math.floor(n / 62_500)}.${Math.floor(n / 250) % 250}.${(n % 250) + 2}`;

/**
 * The hand-written guests, and as many sampled from them as `count` asks for. The hand-written ones carry the faults
 * that checks are shown on, so a `count` below their number is refused (`usage`).
 */
export const generateGuests = ({
  seed,
  nodeCount,
  now,
  count = guestRecipes.length,
}: {
  seed: number;
  nodeCount: number;
  now: number;
  count?: number;
}): { guests: GuestState[]; poolOf: Map<number, string> } => {
  if (!Number.isInteger(count) || count < guestRecipes.length || count > 100_000) {
    throw new ProxmoxAiError(
      'usage',
      `A demo cluster has ${guestRecipes.length} to 100000 guests, not ${count}.`,
      {
        hint: `Leave the number out for the ${guestRecipes.length} hand-written guests.`,
      },
    );
  }
  const mac = uniqueMacs(createRandom(hashSeed(seed, 'macs')));
  const guests: GuestState[] = [];
  const poolOf = new Map<number, string>();
  for (const recipe of guestRecipes) {
    const random = createRandom(hashSeed(seed, `guest-${recipe.vmid}`));
    const holes = {
      vmid: recipe.vmid,
      random,
      createdAt: now - recipe.ageDays * DAY,
      ip: recipe.ips[0] ?? '',
      mac,
    };
    guests.push(instantiate(recipe, { node: recipe.node, now, holes }));
    poolOf.set(recipe.vmid, recipe.pool);
  }
  const everyNode = Array.from({ length: nodeCount }, (_, index) => nodeName(index));
  const withTank = tankNodes(nodeCount);
  const random = createRandom(hashSeed(seed, 'sampled'));
  for (let n = 0; n < count - guestRecipes.length; n += 1) {
    const vmid = FIRST_SAMPLED_VMID + n;
    const recipe = sampleRecipe(random, vmid);
    const holes = { vmid, random, createdAt: now - recipe.ageDays * DAY, ip: sampledAddress(n), mac };
    const node = random.pick(recipe.config.includes(' tank:') ? withTank : everyNode);
    guests.push(instantiate(recipe, { node, now, holes }));
    poolOf.set(vmid, recipe.pool);
  }
  return { guests, poolOf };
};
