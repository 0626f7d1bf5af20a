import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { GuestState } from '../state.ts';
import { isCdrom, printVolumeEntry, volumeEntries, withVolume } from './drives.ts';
import { assertUnlocked, bothTypes, guestKind, isRunning, isTemplate } from './lookup.ts';
import { text } from '../params.ts';
import { die } from '../refuse.ts';
import { isShared } from './storages.ts';
import { convertToBase, parseVolid } from './volumes.ts';

function check(guest: GuestState, disk: string | undefined): void {
  const kind = guestKind(guest.type);
  assertUnlocked(guest);
  if (Object.keys(guest.snapshots).length > 0) {
    die(`unable to create template, because ${kind} contains snapshots`);
  }
  if (isTemplate(guest) && disk === undefined) die("you can't convert a template to a template");
  if (isRunning(guest)) {
    die(
      kind === 'VM'
        ? "you can't convert a VM to template if VM is running"
        : "you can't convert a CT to template if the CT is running",
    );
  }
}

function convert({ state }: DemoContext, guest: GuestState, disk: string | undefined): void {
  for (const entry of volumeEntries(guest.type, guest.config)) {
    const storage = state.storages[parseVolid(entry.volid)?.storage ?? ''];
    if (isCdrom(entry) || !storage || (disk !== undefined && disk !== entry.key)) continue;
    if (storage.type === 'lvm' && !isShared(storage)) die(`can't convert '${entry.volid}' to a base volume`);
    const base = convertToBase(state, entry.volid, guest.node);
    guest.config[entry.key] = printVolumeEntry(guest.type, withVolume(guest.type, entry, base));
  }
  guest.config.template = '1';
}

function template(context: DemoContext, guest: GuestState): string | null {
  const disk = text(context.params, 'disk');
  check(guest, disk);
  const upid = context.startTask({
    node: guest.node,
    type: guest.type === 'qemu' ? 'qmtemplate' : 'vztemplate',
    id: String(guest.vmid),
    steps: [
      {
        delayMs: 200,
        apply: () => {
          check(guest, disk);
          convert(context, guest, disk);
        },
      },
    ],
  });
  // PVE forks the same worker for a container but does not answer its UPID.
  return guest.type === 'qemu' ? upid : null;
}

/** Turns a stopped guest into a template. */
export const templateEndpoints: readonly DemoEndpoint[] = bothTypes('POST', '/template', template);
