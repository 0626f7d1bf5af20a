import type { DemoState } from '../state.ts';
import { contentOf } from './access.ts';
import { refuseParams } from '../refuse.ts';
import { findVolume } from './volumes.ts';

/** A hook script must be an existing snippet. */
export function checkHookscript(state: DemoState, node: string, volid: string): void {
  const volume = findVolume(state, volid, node);
  if (contentOf(volid, volume) !== 'snippets') {
    refuseParams({ hookscript: `'${volid}' is not in the snippets directory` });
  }
  if (!volume) refuseParams({ hookscript: `script '${volid}' does not exist` });
}
