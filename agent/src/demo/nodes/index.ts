import type { DemoEndpoint } from '../endpoint.ts';
import { aptEndpoints } from './apt.ts';
import { bulkEndpoints } from './bulk.ts';
import { capabilityEndpoints } from './capabilities.ts';
import { certificateEndpoints } from './certificates.ts';
import { diskEndpoints } from './disks.ts';
import { hardwareEndpoints } from './hardware.ts';
import { nodeReplicationEndpoints } from './replication.ts';
import { reportEndpoints } from './report.ts';
import { vzdumpEndpoints } from './vzdump.ts';
import { journalEndpoints } from './journal.ts';
import { listEndpoints } from './list.ts';
import { networkEndpoints } from './network.ts';
import { nodeConfigEndpoints } from './config.ts';
import { repositoryEndpoints } from './repositories.ts';
import { serviceEndpoints } from './services.ts';
import { statusEndpoints } from './status.ts';
import { systemEndpoints } from './system.ts';
import { taskEndpoints } from './tasks.ts';

/** `/nodes` without guests, storages and the firewall. */
export const nodesEndpoints: readonly DemoEndpoint[] = [
  ...listEndpoints,
  ...statusEndpoints,
  ...taskEndpoints,
  ...serviceEndpoints,
  ...networkEndpoints,
  ...systemEndpoints,
  ...journalEndpoints,
  ...nodeConfigEndpoints,
  ...aptEndpoints,
  ...repositoryEndpoints,
  ...capabilityEndpoints,
  ...hardwareEndpoints,
  ...diskEndpoints,
  ...certificateEndpoints,
  ...nodeReplicationEndpoints,
  ...reportEndpoints,
  ...bulkEndpoints,
  ...vzdumpEndpoints,
];
