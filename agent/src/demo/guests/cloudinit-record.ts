import type { GuestState } from '../state.ts';
import { splitList } from '../params.ts';

/** Keys that go into the cloud-init image. */
const inImage =
  /^(?:cicustom|cipassword|citype|ciuser|ciupgrade|nameserver|searchdomain|sshkeys|name|ipconfig\d+|net\d+)$/;

/**
 * Remembers what the present cloud-init image was made from when a value changes: the old value, or the key among
 * `added`. A value that returns to what the image has is forgotten again (qemu-server, cloudinit_record_changed).
 */
export function recordCloudinit(
  guest: GuestState,
  key: string,
  before: string | undefined,
  after: string | undefined,
): void {
  if (guest.type !== 'qemu' || !inImage.test(key) || before === after) return;
  const record = { ...guest.cloudinit };
  const added = new Set(splitList(record.added));
  delete record.added;
  const recorded = record[key];
  if (after !== undefined) {
    if (recorded !== undefined && recorded === after) {
      Reflect.deleteProperty(record, key);
      added.delete(key);
    } else if (recorded === undefined && !added.has(key)) {
      if (before === undefined) added.add(key);
      else record[key] = before;
    }
  } else if (before !== undefined && recorded === undefined && !added.delete(key)) {
    record[key] = before;
  }
  if (added.size > 0) record.added = [...added].sort().join(',');
  if (Object.keys(record).length > 0) guest.cloudinit = record;
  else delete guest.cloudinit;
}

/** The image is made anew from the present configuration. */
export function regenerateCloudinit(guest: GuestState): void {
  delete guest.cloudinit;
}
