/** Seed of everything about one guest, node or storage. */
export const seedOf = (seed: number, name: string): number => {
  let hash = 2166136261 ^ Math.imul(seed, 0x9e3779b1);
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return hash >>> 0;
};

/** A fixed number in [0, 1) for a seed and a position: the same forever. */
export const noiseAt = (seed: number, position: number): number => {
  let mixed = Math.imul(seed ^ position, 0x85ebca6b) ^ (position >>> 7);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return (mixed >>> 0) / 4294967296;
};

/** Noise that changes slowly: linear between fixed numbers every `period` positions. */
export const slowNoise = (seed: number, position: number, period: number): number => {
  const slot = Math.floor(position / period);
  const within = position / period - slot;
  return noiseAt(seed, slot) * (1 - within) + noiseAt(seed, slot + 1) * within;
};
