import type { ParamSchema } from './schema.ts';

/** How many of each indexed option exist (qemu-server and pve-container sources; the facts say only `net[n]`). */
const limits: Readonly<Record<string, number>> = {
  net: 32,
  ipconfig: 32,
  ide: 4,
  sata: 6,
  scsi: 31,
  virtio: 16,
  virtiofs: 10,
  unused: 256,
  hostpci: 16,
  numa: 8,
  parallel: 3,
  serial: 4,
  usb: 14,
  mp: 256,
  dev: 256,
  link: 8,
  acmedomain: 6,
};

/** The schema of a parameter by the name it was sent under: `net3` is described by `net[n]`. */
export const schemaOf = (
  params: Readonly<Record<string, ParamSchema>>,
  name: string,
): ParamSchema | undefined => {
  if (Object.hasOwn(params, name)) return params[name];
  const [, base = '', index = ''] = /^([a-z]+)(0|[1-9]\d*)$/.exec(name) ?? [];
  const indexed = params[`${base}[n]`];
  return indexed && Number(index) < (limits[base] ?? 0) ? indexed : undefined;
};
