import { accessEndpoints } from './access/index.ts';
import { clusterEndpoints } from './cluster/index.ts';
import type { DemoEndpoint } from './endpoint.ts';
import { firewallEndpoints } from './firewall/index.ts';
import { guestsEndpoints } from './guests/index.ts';
import { nodesEndpoints } from './nodes/index.ts';
import { storageEndpoints } from './storage/index.ts';

/** Every API call that the demo cluster serves. */
export const demoEndpoints: readonly DemoEndpoint[] = [
  ...accessEndpoints,
  ...clusterEndpoints,
  ...nodesEndpoints,
  ...guestsEndpoints,
  ...storageEndpoints,
  ...firewallEndpoints,
];
