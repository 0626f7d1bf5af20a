import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/**
 * Colours for a stream: off for files and pipes, and wherever NO_COLOR is set (no-color.org); FORCE_COLOR turns them on.
 */
export function colorsFor(stream: { readonly isTTY?: boolean }, environment = process.env): Colors {
  const off = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  const forced = (environment.FORCE_COLOR ?? '') !== '' && environment.FORCE_COLOR !== '0';
  return picocolors.createColors(!off && (forced || stream.isTTY === true));
}

const sequences = new RegExp(
  [
    String.raw`\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?`, // operating system command: window title, links
    String.raw`\u001b\[[0-?]*[ -/]*[@-~]`, // control sequence: colours, cursor
    String.raw`[\u0000-\u0008\u000b-\u001f\u007f-\u009f]`, // anything else that is no text
  ].join('|'),
  'g',
);

/** Text for a terminal without anything that could move its cursor, recolour it or ring its bell. */
export const plain = (text: string): string => text.replace(sequences, '');
