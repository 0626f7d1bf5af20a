import { DemoHttpError } from '../endpoint.ts';
import type { DemoState } from '../state.ts';
import { lockMessage } from './tasks.ts';

/** Writes that PVE refuses at once on a locked guest; the others start a task that ends with the same message. */
const refusedAtOnce =
  /^\/nodes\/\{node\}\/(?:qemu|lxc)\/\{vmid\}(?:\/(?:config|resize|clone|template|unlink|move_disk|move_volume))?$/;

/** Throws PVE's 500 `VM is locked (backup)` when the call changes a guest that a task holds; root may skip it. */
export const refuseLockedGuest = (
  state: DemoState,
  call: {
    readonly method: string;
    readonly template: string;
    readonly params: Readonly<Record<string, unknown>>;
    readonly isRoot: boolean;
  },
): void => {
  const { method, template, params, isRoot } = call;
  if (method === 'GET' || !refusedAtOnce.test(template)) return;
  if (params.skiplock === true && isRoot) return;
  const message = lockMessage(state.guests[String(params.vmid)]);
  if (message !== undefined) throw new DemoHttpError(500, `${message}\n`);
};
