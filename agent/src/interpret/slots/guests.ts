import type { GuestSelector } from '../../requests/slots.ts';

const kinds =
  'vms?|cts?|lxcs?|containers?|guests?|machines?|virtual machines?|vmids?|ids?|servers?|instances?|boxes|box';
const name = '[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,62}';
const kindWord = `(?:(?:${kinds}) )?`;
const article = '(?:the |my |our )?';
const all = `(?:all|every|each)(?: (?:of )?(?:the |my |our )?)? ?`;

/**
 * Phrases that name guests: `vm 105`, `db-01`, `vms 105, 106 and db-01`, `all guests tagged prod`, `everything in pool
 * lab`, `all prod vms`, `pool lab`, `it`, `this vm`. Whether a name exists is decided by the inventory, not here.
 */
export const guestsPattern =
  `(?:${all}(?:${kinds}) (?:(?:which are |that are )?(?:tagged|with(?: the)? tag) ${name} |(?:in|of)(?: the)? pool ${name} )?` +
  `|everything (?:tagged ${name} |(?:in|of)(?: the)? pool ${name} )?` +
  `|${article}(?:guests|vms|machines|containers) (?:(?:tagged|with(?: the)? tag) ${name} |(?:in|of)(?: the)? pool ${name} )` +
  `|(?:the )?pool ${name} ` +
  `|${all}${name} (?:${kinds}) ` +
  `|(?:tag|pool):${name} ` +
  `|(?:it|them|this|that|this one|(?:this|that|the selected|the current) (?:${kinds})|the same(?: one| guest| vm)?) ` +
  `|${article}${kindWord}${name} (?:\\([\\p{L}\\p{N}._-]{1,63}\\) )?(?:(?:, and|,|and|&) ${article}${kindWord}${name} ){0,40})`;

const pronoun = new RegExp(
  `^(?:it|them|this|that|this one|(?:this|that|the selected|the current) (?:${kinds})|the same(?: one| guest| vm)?)$`,
  'i',
);
const allGuests =
  /^(?:everything|(?:all|every|each)(?: of)?(?: the| my| our)? (?:vms?|guests?|machines?|virtual machines?|servers?|instances?))$/i;
/** `all prod vms` */
const taggedGuests = new RegExp(`^(?:all|every|each)(?: of)?(?: the| my| our)? ([^ ]+) (?:${kinds})$`, 'i');
const kindOnly = new RegExp(`^(?:${kinds})$`, 'i');
/** Words that are never a guest's name by themselves, so that a sentence about something else does not match. */
const notNames = new Set(
  (
    'a an the to from on in of for with at by and or not no my your is are was be do does all any some what why how who ' +
    'when where which everything nothing anything something cluster datacenter node storage backup snapshot disk ' +
    'network firewall report template them they me you us we i here there please'
  ).split(' '),
);

export type GuestPhrase =
  { readonly kind: 'selectors'; readonly guests: readonly GuestSelector[] } | { readonly kind: 'pronoun' };

/** The selectors that a phrase names; undefined when a part of it cannot be a guest. */
export function readGuests(text: string): GuestPhrase | undefined {
  const phrase = text.trim();
  if (pronoun.test(phrase)) return { kind: 'pronoun' };
  const filter = /(?:(tagged|tag|pool)[ :])(?:the )?([\p{L}\p{N}._-]+)$/iu.exec(phrase);
  const everything = /^(?:all|every|each|everything)\b/i.test(phrase);
  if (
    filter?.[2] !== undefined &&
    (everything || /^(?:tag|pool):|^(?:the |my |our )?(?:guests|vms|machines|containers) /i.test(phrase))
  ) {
    const prefix = filter[1]?.toLowerCase() === 'pool' ? 'pool' : 'tag';
    return { kind: 'selectors', guests: [`${prefix}:${filter[2]}`] };
  }
  const pool = /^(?:the )?pool ([^ ]+)$/i.exec(phrase)?.[1];
  if (pool !== undefined) return { kind: 'selectors', guests: [`pool:${pool}`] };
  if (everything) {
    const tagged = taggedGuests.exec(phrase)?.[1];
    if (tagged !== undefined && !notNames.has(tagged.toLowerCase()) && !kindOnly.test(tagged)) {
      return { kind: 'selectors', guests: [`tag:${tagged}`] };
    }
    // "all containers" is not every guest, and the request language has no word for it.
    if (!allGuests.test(phrase)) return undefined;
    return { kind: 'selectors', guests: ['all'] };
  }
  const guests: GuestSelector[] = [];
  for (const part of phrase.split(/ (?:, and|,|and|&) /i)) {
    const words = part
      .replace(/^(?:the|my|our) /i, '')
      .replace(/ \([^()]+\)$/, '')
      .split(' ');
    while (words.length > 1 && words[0] !== undefined && kindOnly.test(words[0])) words.shift();
    if (words[0]?.toLowerCase() === 'virtual') words.splice(0, 2);
    const [word] = words;
    if (words.length !== 1 || word === undefined || notNames.has(word.toLowerCase()) || kindOnly.test(word))
      return undefined;
    if (/^\d+$/.test(word)) {
      const vmid = Number(word);
      if (vmid < 100 || vmid > 999_999_999) return undefined;
      guests.push(vmid);
    } else guests.push(word);
  }
  return { kind: 'selectors', guests };
}
