import { storageNumbers } from '../cluster/live.ts';
import { liveNode } from '../rrd/live-node.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { flag, textOrEmpty, text } from '../params.ts';
import { die } from '../refuse.ts';
import { storageEnabledOn } from '../cluster/rows.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { Section } from '../state.ts';

const numeric = ['size', 'gpt', 'osdid', 'mounted'];

const diskRow = (disk: Section): Record<string, unknown> => {
  const row: Record<string, unknown> = { osdid: -1, 'osdid-list': null };
  for (const [key, value] of Object.entries(disk)) {
    if (numeric.includes(key)) row[key] = Number(value);
    else if ((key === 'wearout' || key === 'rpm') && /^-?\d+$/.test(value)) row[key] = Number(value);
    else row[key] = value;
  }
  return row;
};

const list = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const type = text(context.params, 'type');
  const skip = flag(context.params, 'skipsmart');
  return node.disks
    .filter((disk) => {
      if (type === 'unused') return disk.used === undefined;
      return type === undefined || (disk.used ?? '').includes('osd') || disk.used === undefined;
    })
    .map(diskRow)
    .map((row) => (skip ? { ...row, health: 'UNKNOWN', wearout: 'N/A' } : row));
};

/** SMART attributes of a SATA disk: id, name, normalised value, worst, threshold, raw. */
const ataAttributes = (disk: Section): Record<string, string>[] => {
  const left = disk.wearout ?? '100';
  const rows: readonly (readonly [
    id: number,
    name: string,
    value: string,
    threshold: string,
    raw: string,
  ])[] = [
    [5, 'Reallocated_Sector_Ct', '100', '010', '0'],
    [9, 'Power_On_Hours', '095', '000', '21904'],
    [12, 'Power_Cycle_Count', '099', '000', '41'],
    ...(disk.type === 'ssd'
      ? ([[177, 'Wear_Leveling_Count', left.padStart(3, '0'), '000', '1710']] as const)
      : ([[197, 'Current_Pending_Sector', '100', '000', '0']] as const)),
    [194, 'Temperature_Celsius', '067', '000', '33'],
    [199, 'UDMA_CRC_Error_Count', '100', '000', '0'],
  ];
  return rows.map(([id, name, value, threshold, raw]) => ({
    id: String(id).padStart(3),
    name,
    flags: '-O--CK',
    value,
    worst: value,
    threshold,
    fail: '-',
    raw,
  }));
};

const nvmeText = (disk: Section): string => {
  const used = 100 - Number(disk.wearout ?? '100');
  return [
    '',
    'SMART/Health Information (NVMe Log 0x02)',
    'Critical Warning:                   0x00',
    'Temperature:                        36 Celsius',
    'Available Spare:                    100%',
    'Available Spare Threshold:          10%',
    `Percentage Used:                    ${used}%`,
    'Power Cycles:                       38',
    'Power On Hours:                     20,411',
    'Unsafe Shutdowns:                   6',
    'Media and Data Integrity Errors:    0',
    '',
  ].join('\n');
};

const smart = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const path = textOrEmpty(context.params, 'disk');
  const disk = node.disks.find((entry) => entry.devpath === path) ?? die(`no such device '${path}'`);
  const health = disk.health ?? 'UNKNOWN';
  if (flag(context.params, 'healthonly')) return { health };
  return disk.type === 'nvme'
    ? { health, type: 'text', text: nvmeText(disk) }
    : { health, type: 'ata', attributes: ataAttributes(disk) };
};

const GIB = 1024 ** 3;

/** Storages of a type that are on the node, with what they hold. */
const storagesOf = (
  context: DemoContext,
  type: string,
): { id: string; section: Section; total: number; used: number }[] => {
  const { state } = context;
  const node = nodeOf(context).name;
  const usages = storageNumbers(state);
  return Object.entries(state.storages).flatMap(([id, section]) => {
    const usage = usages.get(`${id} ${node}`);
    return section.type === type && usage && storageEnabledOn(section, node)
      ? [{ id, section, total: usage.total, used: usage.used }]
      : [];
  });
};

const lvm = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const root = liveNode(context.state, node, context.now).maxdisk;
  const thin = storagesOf(context, 'lvmthin');
  const groups = new Set(['pve', ...thin.map(({ section }) => section.vgname ?? 'pve')]);
  return {
    leaf: 0,
    children: [...groups].map((name) => {
      const pools = thin.filter(({ section }) => section.vgname === name);
      const size =
        pools.reduce((sum, { total }) => sum + total, name === 'pve' ? root + 8 * GIB : 0) + 16 * GIB;
      return {
        name,
        size,
        free: 16 * GIB,
        lvcount: pools.length + (name === 'pve' ? 2 : 0),
        leaf: 0,
        children: [{ name: `${node.disks[0]?.devpath ?? '/dev/sda'}p3`, size, free: 16 * GIB, leaf: 1 }],
      };
    }),
  };
};

const lvmThin = (context: DemoContext): unknown =>
  storagesOf(context, 'lvmthin').map(({ section, total, used }) => ({
    lv: section.thinpool,
    vg: section.vgname,
    lv_size: total,
    used,
    metadata_size: Math.round(total * 0.01),
    metadata_used: Math.round(used * 0.0025),
  }));

interface Pool {
  readonly name: string;
  readonly size: number;
  readonly alloc: number;
}

const pools = (context: DemoContext): Pool[] => {
  const byName = new Map<string, Pool>();
  for (const { section, total, used } of storagesOf(context, 'zfspool')) {
    const name = (section.pool ?? '').split('/')[0] ?? '';
    const known = byName.get(name);
    byName.set(name, { name, size: Math.max(known?.size ?? 0, total), alloc: (known?.alloc ?? 0) + used });
  }
  return [...byName.values()];
};

const zfs = (context: DemoContext): unknown =>
  pools(context).map(({ name, size, alloc }) => ({
    name,
    size,
    alloc,
    free: size - alloc,
    frag: Math.round((alloc / size) * 30),
    dedup: 1,
    health: 'ONLINE',
  }));

const zfsDetail = (context: DemoContext): unknown => {
  const name = textOrEmpty(context.params, 'name');
  if (!pools(context).some((pool) => pool.name === name)) die(`cannot open '${name}': no such pool`);
  const devices = nodeOf(context).disks.filter((disk) => disk.used === 'ZFS');
  const state = { read: 0, write: 0, cksum: 0, msg: '', state: 'ONLINE' };
  return {
    name,
    state: 'ONLINE',
    scan: 'scrub repaired 0B in 01:12:40 with 0 errors',
    errors: 'No known data errors',
    children: [
      {
        name,
        ...state,
        leaf: 0,
        children: [
          {
            name: 'mirror-0',
            ...state,
            leaf: 0,
            children: devices.map((disk) => ({
              name: disk.by_id_link ?? disk.devpath,
              ...state,
              leaf: 1,
            })),
          },
        ],
      },
    ],
  };
};

/** PVE lists here only the folders it made itself on a disk of their own; the demo's nodes have none. */
const directories = (context: DemoContext): unknown => {
  nodeOf(context);
  return [];
};

const base = '/nodes/{node}/disks';

export const diskEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: `${base}/list`, handle: list },
  { method: 'GET', path: `${base}/smart`, handle: smart },
  { method: 'GET', path: `${base}/lvm`, handle: lvm },
  { method: 'GET', path: `${base}/lvmthin`, handle: lvmThin },
  { method: 'GET', path: `${base}/zfs`, handle: zfs },
  { method: 'GET', path: `${base}/zfs/{name}`, handle: zfsDetail },
  { method: 'GET', path: `${base}/directory`, handle: directories },
];
