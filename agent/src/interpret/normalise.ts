/** Longest text the grammar looks at, in characters: a request, not a document. */
export const grammarLimit = 400;

const courtesies = [
  /^(?:hey|hi|hello|ok|okay|so|now|well|and|also|then)\b[ ,!]*/i,
  /^(?:proxmox ai|assistant)\b[ ,:!]*/i,
  /^(?:please|pls|kindly|just)\b[ ,]*/i,
  /^(?:can|could|would|will) you (?:please |pls |kindly |just )?(?=\S)/i,
  /^(?:i (?:want|need|would like|'d like)|i'd like|we (?:want|need)|let'?s|let us) (?:you )?(?:to )?(?=\S)/i,
  /^go ahead and /i,
];

/**
 * A request as the sentence forms read it: courtesies and closing punctuation gone, commas and ampersands as tokens,
 * one space after every token. Letter case is kept, because names are copied from here.
 */
export function normalise(text: string): string {
  let rest = text.normalize('NFKC').replace(/\s+/g, ' ').trim();
  for (let before = ''; before !== rest;) {
    before = rest;
    for (const courtesy of courtesies) rest = rest.replace(courtesy, '');
  }
  for (let before = ''; before !== rest;) {
    before = rest;
    rest = rest
      .replace(/[.!?;:, ]+$/, '')
      .replace(/[ ,]+(?:please|pls|thanks|thank you|thx|asap|(?:right )?now|today|for me|bitte|jetzt)$/i, '');
  }
  rest = rest
    .replace(/\b(what|who|how|where|it|that)[’']s\b/gi, '$1 is')
    .replace(/["“”„'‘’`](?=\s|$|,)|(?<=^|\s)["“”„'‘’`]/g, '')
    .replace(/\s*([,&;])\s*/g, ' $1 ')
    .replace(/\s+/g, ' ')
    .trim();
  return rest === '' ? '' : `${rest} `;
}

/** `secure 105 and delete 106` → its parts; only tried when the text as a whole is no request. */
export const splitAtAnd = (text: string): readonly string[] =>
  text
    .split(/\s*,?\s+and(?: also)?\s+|\s*,\s*/i)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `snapshot 105, then reboot it` → its parts, in order. Only unmistakable separators split. */
export function splitRequests(text: string): readonly string[] {
  return text
    .split(
      /(?:\s*[;\n]\s*|\s*,?\s+and then\s+|\s*,?\s+then\s+|\s*,?\s+after that,?\s+|(?<=[a-z0-9])\.\s+(?=[A-Z]))/i,
    )
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
