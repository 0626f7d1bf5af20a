import type { DemoEndpoint } from '../endpoint.ts';
import { agentEndpoints } from './agent-endpoints.ts';
import { cloneEndpoints } from './clone.ts';
import { cloudinitEndpoints } from './cloudinit.ts';
import { configEndpoints } from './config.ts';
import { createLxcEndpoints } from './create-lxc.ts';
import { createQemuEndpoints } from './create-qemu.ts';
import { destroyEndpoints } from './destroy.ts';
import { featureEndpoints } from './features.ts';
import { interfaceEndpoints } from './interfaces.ts';
import { liveEndpoints } from './live.ts';
import { guestEndpoint } from './lookup.ts';
import { migrateEndpoints } from './migrate.ts';
import { moveEndpoints } from './move.ts';
import { powerEndpoints } from './power.ts';
import { resizeEndpoints } from './resize.ts';
import { snapshotEndpoints } from './snapshots.ts';
import { templateEndpoints } from './template.ts';

const qemuIndex =
  'config cloudinit pending status unlink vncproxy termproxy migrate resize move rrd rrddata monitor agent snapshot spiceproxy sendkey firewall mtunnel remote_migrate';
const lxcIndex =
  'config pending status vncproxy termproxy vncwebsocket spiceproxy migrate clone rrd rrddata firewall snapshot resize interfaces';

const subdirs = (names: string) => names.split(' ').map((subdir) => ({ subdir }));

/** Everything below `/nodes/{node}/qemu` and `/nodes/{node}/lxc` but the firewall. */
export const guestsEndpoints: readonly DemoEndpoint[] = [
  // PVE answers the index of a VM without looking whether the VM exists; for a container it looks.
  { method: 'GET', path: '/nodes/{node}/qemu/{vmid}', handle: () => subdirs(qemuIndex) },
  guestEndpoint('lxc', 'GET', '', () => subdirs(lxcIndex)),
  ...liveEndpoints,
  ...configEndpoints,
  ...cloudinitEndpoints,
  ...powerEndpoints,
  ...snapshotEndpoints,
  ...createQemuEndpoints,
  ...createLxcEndpoints,
  ...destroyEndpoints,
  ...cloneEndpoints,
  ...templateEndpoints,
  ...migrateEndpoints,
  ...moveEndpoints,
  ...resizeEndpoints,
  ...featureEndpoints,
  ...agentEndpoints,
  ...interfaceEndpoints,
];
