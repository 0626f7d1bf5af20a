/**
 * Control characters (C0, C1), and the format characters that reorder or hide text (bidirectional overrides, zero
 * width, line and paragraph separators): what a guest's name or note could use to show a person something else.
 */
const hazards =
  // eslint-disable-next-line no-control-regex -- control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Text from the cluster as one line that a terminal shows and does not obey: hazards become visible escapes. */
export const plainText = (text: string): string =>
  text.replace(hazards, (character) => {
    const code = character.charCodeAt(0);
    return (
      named[character] ??
      (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
    );
  });
