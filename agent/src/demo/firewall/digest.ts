import { createHash } from 'node:crypto';

type Entry = Readonly<Record<string, unknown>>;

const lines = (entry: Entry): string =>
  Object.keys(entry)
    .sort()
    .filter((key) => entry[key] !== undefined && typeof entry[key] !== 'object')
    .map((key) => `${key}:${String(entry[key])}\n`)
    .join('');

const sha1 = (content: string): string => createHash('sha1').update(content).digest('hex');

/** The digest of a firewall options section, computed as pve-firewall does: SHA-1 over sorted `key:value` lines. */
export const objectDigest = (entry: Entry): string => sha1(lines(entry));

/** The digest of a firewall list (rules, aliases, sets); every entry of a listing carries the same one. */
export const listDigest = (list: readonly Entry[]): string => sha1(list.map(lines).join(''));

/** A listing with the digest on each entry. */
export const withListDigest = <T extends Entry>(list: readonly T[]): (T & { digest: string })[] => {
  const digest = listDigest(list);
  return list.map((entry) => ({ ...entry, digest }));
};
