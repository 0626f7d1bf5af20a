/** A small deterministic source of numbers; the same seed gives the same sequence on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [low, high], both included. */
  between(low: number, high: number): number;
  /** One of the list; the list must not be empty. */
  pick<T>(list: readonly T[]): T;
  /** `count` random bytes as lower-case hex. */
  hex(count: number): string;
}

/** 32-bit mix of text and seed (FNV-1a), to derive independent sequences by name. */
export const hashSeed = (seed: number, name: string): number => {
  let hash = 2166136261 ^ seed;
  for (let i = 0; i < name.length; i += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  }
  return hash >>> 0;
};

/** mulberry32: 32 bits of state, full period, good enough for a demo and nothing else. */
export const createRandom = (seed: number): Random => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    pick: <T>(list: readonly T[]): T => {
      const found = list[Math.floor(next() * list.length)];
      if (found === undefined) throw new RangeError('pick from an empty list');
      return found;
    },
    hex: (count) => {
      let text = '';
      for (let i = 0; i < count; i += 1) text += between(0, 255).toString(16).padStart(2, '0');
      return text;
    },
  };
};

/** A random (version 4) UUID. */
export const randomUuid = (random: Random): string => {
  const hex = random.hex(16);
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
