/**
 * How many of an indexed parameter PVE takes: `net[n]` is net0 to net31. Source: the MAX_ constants of qemu-server
 * 9.2 (QemuServer.pm, Drive.pm, Memory.pm, PCI.pm, USB.pm, Virtiofs.pm) and pve-container 6 (LXC/Config.pm).
 */
const LIMITS: Readonly<Record<'qemu' | 'lxc', ReadonlyMap<string, number>>> = {
  qemu: new Map([
    ['hostpci', 16],
    ['ide', 4],
    ['ipconfig', 32],
    ['net', 32],
    ['numa', 8],
    ['parallel', 3],
    ['sata', 6],
    ['scsi', 31],
    ['serial', 4],
    ['unused', 256],
    ['usb', 14],
    ['virtio', 16],
    ['virtiofs', 10],
  ]),
  lxc: new Map([
    ['dev', 256],
    ['mp', 256],
    ['net', 32],
    ['unused', 256],
  ]),
};

/** The limit for `base` in calls under this schema path; none (Infinity) where PVE's is not known. */
export function indexLimit(path: string, base: string): number {
  const type = /^\/nodes\/\{node\}\/(qemu|lxc)\b/.exec(path)?.[1];
  return type === 'qemu' || type === 'lxc' ? (LIMITS[type].get(base) ?? Infinity) : Infinity;
}
