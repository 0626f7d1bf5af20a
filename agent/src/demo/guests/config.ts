import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { configAnswer, mergedConfig, pendingAnswer, typedConfig } from './config-view.ts';
import { bothTypes, guestDigest, guestEndpoint } from './lookup.ts';
import { updateLxcConfig } from './lxc-update.ts';
import { flag, integer, text } from '../params.ts';
import { applyQemuChange, prepareQemuChange } from './qemu-update.ts';
import { die, refuseParams } from '../refuse.ts';
import { snapshotSection } from './snapshot-view.ts';

function getConfig({ params }: DemoContext, guest: GuestState): Record<string, unknown> {
  const snapshot = text(params, 'snapshot');
  const current = flag(params, 'current');
  if (snapshot && current) {
    const message = "cannot use 'snapshot' parameter with 'current'";
    refuseParams({ snapshot: message, current: message });
  }
  if (!snapshot) return configAnswer(guest, current ? guest.config : mergedConfig(guest));
  return { ...typedConfig(guest.type, snapshotSection(guest, snapshot)), digest: guestDigest(guest) };
}

const pollMs = 20;

/** PVE waits up to `background_delay` seconds and answers null when the task ended well by then. */
async function afterDelay(
  context: DemoContext,
  upid: string,
  vmid: number,
  seconds: number,
): Promise<string | null> {
  for (let waited = 0; waited < seconds * 1000; waited += pollMs) {
    const status = context.findTask(upid)?.exitstatus;
    if (status === 'OK' || status?.startsWith('WARNINGS')) return null;
    if (status !== undefined) die(`failed to update VM ${vmid}: ${status}`);
    await sleep(pollMs);
  }
  return upid;
}

function updateAsync(context: DemoContext, guest: GuestState): string | Promise<string | null> {
  const change = prepareQemuChange(context, guest);
  const upid = context.startTask({
    node: guest.node,
    type: 'qmconfig',
    id: String(guest.vmid),
    steps: [{ log: change.summary, apply: () => applyQemuChange(change) }],
  });
  const delay = integer(context.params, 'background_delay');
  return delay === undefined ? upid : afterDelay(context, upid, guest.vmid, delay);
}

/** Reading and changing configurations. */
export const configEndpoints: readonly DemoEndpoint[] = [
  ...bothTypes('GET', '/config', getConfig),
  ...bothTypes('GET', '/pending', (_, guest) => pendingAnswer(guest)),
  guestEndpoint('qemu', 'PUT', '/config', (context, guest) => {
    applyQemuChange(prepareQemuChange(context, guest));
    return null;
  }),
  guestEndpoint('qemu', 'POST', '/config', updateAsync),
  guestEndpoint('lxc', 'PUT', '/config', updateLxcConfig),
];
