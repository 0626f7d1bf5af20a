import type { InventoryView } from './resolve.ts';

export interface Suggestion {
  readonly label: string;
  /** A request that can be sent as it is. */
  readonly text: string;
}

const mostGuests = 2;

/**
 * Requests that a text which was not understood may have meant: about the guests that it names exactly, by VMID or by
 * name. Offered to choose from, never carried out.
 */
export function suggestions(text: string, { guests }: Pick<InventoryView, 'guests'>): readonly Suggestion[] {
  const words = new Set(
    text
      .slice(0, 2_000)
      .toLowerCase()
      .split(/[^\p{L}\p{N}._-]+/u)
      .flatMap((word) => [word.replace(/[.]+$/, ''), word.replace(/^(?:vm|ct)[-_]?(?=\d)/, '')]),
  );
  return guests
    .filter(({ vmid, name }) => words.has(String(vmid)) || words.has(name.toLowerCase()))
    .slice(0, mostGuests)
    .flatMap(({ vmid, name, type }) => [
      { label: `Security of ${type === 'qemu' ? 'VM' : 'CT'} ${vmid} (${name})`, text: `secure ${vmid}` },
      { label: `Show ${vmid}`, text: `show ${vmid}` },
    ]);
}
