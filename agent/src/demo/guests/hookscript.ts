import type { DemoState } from '../state.ts';
import { contentOf } from './access.ts';
import { badParameter } from './refuse.ts';
import { findVolume } from './volumes.ts';

/** A hook script must be an existing snippet. */
export function checkHookscript(state: DemoState, node: string, volid: string): void {
  const volume = findVolume(state, volid, node);
  if (contentOf(volid, volume) !== 'snippets') {
    throw badParameter({ hookscript: `'${volid}' is not in the snippets directory` });
  }
  if (!volume) throw badParameter({ hookscript: `script '${volid}' does not exist` });
}
