import { nodeOf } from '../cluster/node-list.ts';
import { flag, textOrEmpty, splitList, text } from '../params.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { NodeState, Section } from '../state.ts';

type Device = Readonly<Record<string, string | number>>;

/** Devices that every node of the demo has: PCI id, class, vendor and device with names, IOMMU group. */
const common: readonly (readonly [
  id: string,
  cls: string,
  vendor: string,
  device: string,
  vendorName: string,
  deviceName: string,
  group: number,
])[] = [
  ['0000:00:00.0', '0x060000', '0x8086', '0x2020', 'Intel Corporation', 'Sky Lake-E DMI3 Registers', 0],
  [
    '0000:00:1f.0',
    '0x060100',
    '0x8086',
    '0xa1c3',
    'Intel Corporation',
    'C621 Series Chipset LPC/eSPI Controller',
    8,
  ],
  ['0000:01:00.0', '0x010802', '0x1344', '0x51c3', 'Micron Technology Inc', '7450 PRO NVMe SSD', 12],
  [
    '0000:02:00.0',
    '0x010802',
    '0x144d',
    '0xa824',
    'Samsung Electronics Co Ltd',
    'NVMe SSD Controller PM9A3',
    13,
  ],
  [
    '0000:03:00.0',
    '0x020000',
    '0x8086',
    '0x1533',
    'Intel Corporation',
    'I210 Gigabit Network Connection',
    15,
  ],
  [
    '0000:41:00.0',
    '0x010700',
    '0x1000',
    '0x0097',
    'Broadcom / LSI',
    'SAS3008 PCI-Express Fusion-MPT SAS-3',
    23,
  ],
  [
    '0000:65:00.0',
    '0x020000',
    '0x15b3',
    '0x1015',
    'Mellanox Technologies',
    'MT27710 Family [ConnectX-4 Lx]',
    27,
  ],
  [
    '0000:65:00.1',
    '0x020000',
    '0x15b3',
    '0x1015',
    'Mellanox Technologies',
    'MT27710 Family [ConnectX-4 Lx]',
    28,
  ],
];

const gpu = [
  '0000:81:00.0',
  '0x030200',
  '0x10de',
  '0x25b6',
  'NVIDIA Corporation',
  'GA107GL [A2 / A16]',
  31,
] as const;

/** A node whose guests pass a GPU through has one. */
const hasGpu = (guests: readonly { node: string; config: Section }[], node: NodeState): boolean =>
  guests.some(
    (guest) =>
      guest.node === node.name &&
      Object.entries(guest.config).some(
        ([key, value]) => key.startsWith('hostpci') && value.includes('81:00'),
      ),
  );

const pci = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const hidden = splitList(text(context.params, 'pci-class-blacklist') ?? '05;06;0b');
  const verbose = flag(context.params, 'verbose', true);
  const guests = Object.values(context.state.guests);
  const devices = hasGpu(guests, node) ? [...common, gpu] : common;
  return devices
    .filter(([, cls]) => !hidden.some((prefix) => cls.slice(2).startsWith(prefix.padStart(2, '0'))))
    .map(([id, cls, vendor, device, vendorName, deviceName, iommugroup]): Device | string =>
      verbose
        ? {
            id,
            class: cls,
            vendor,
            device,
            vendor_name: vendorName,
            device_name: deviceName,
            iommugroup,
          }
        : { id },
    );
};

const methods = (context: DemoContext): unknown => {
  nodeOf(context);
  return textOrEmpty(context.params, 'pci-id-or-mapping') === '' ? [] : [{ method: 'mdev' }];
};

/** The demo's nodes have no mediated devices. */
const mdev = (context: DemoContext): unknown => {
  nodeOf(context);
  return [];
};

/** Root hubs, and what a USB mapping says is plugged in. */
const usb = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const hubs = [1, 2].map((busnum) => ({
    busnum,
    class: 9,
    devnum: 1,
    level: 0,
    port: 0,
    vendid: '1d6b',
    prodid: busnum === 1 ? '0002' : '0003',
    manufacturer: 'Linux xhci-hcd',
    product: 'xHCI Host Controller',
    serial: '0000:00:14.0',
    speed: busnum === 1 ? '480' : '20000',
  }));
  const mapped = Object.values(context.state.mappings.usb)
    .flat()
    .filter((entry) => entry.node === node.name)
    .map((entry, index) => {
      const [vendid = '', prodid = ''] = (entry.id ?? '').split(':');
      const [bus = '1', port = '1'] = (entry.path ?? '1-1').split('-');
      return {
        busnum: Number(bus),
        class: 0,
        devnum: index + 2,
        level: 1,
        port: Number(port.split('.')[0]),
        vendid,
        prodid,
        speed: '12',
        usbpath: port,
      };
    });
  return [...hubs, ...mapped];
};

export const hardwareEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/hardware/pci', handle: pci },
  { method: 'GET', path: '/nodes/{node}/hardware/pci/{pci-id-or-mapping}', handle: methods },
  { method: 'GET', path: '/nodes/{node}/hardware/pci/{pci-id-or-mapping}/mdev', handle: mdev },
  { method: 'GET', path: '/nodes/{node}/hardware/usb', handle: usb },
];
