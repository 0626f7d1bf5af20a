import type { DemoEndpoint } from '../endpoint.ts';
import { backupEndpoints } from './backup-jobs.ts';
import { configEndpoints } from './config.ts';
import { haResourceEndpoints } from './ha-resources.ts';
import { haRuleEndpoints } from './ha-rules.ts';
import { haStatusEndpoints } from './ha-status.ts';
import { mappingEndpoints } from './mappings.ts';
import { metricEndpoints } from './metrics.ts';
import { notificationEndpoints } from './notifications.ts';
import { optionsEndpoints } from './options.ts';
import { poolEndpoints } from './pools.ts';
import { replicationEndpoints } from './replication.ts';
import { resourceEndpoints } from './resources.ts';
import { smallReadEndpoints } from './small-reads.ts';
import { statusEndpoints } from './status.ts';

/** `/cluster` and `/pools`, but neither the firewall nor access control. */
export const clusterEndpoints: readonly DemoEndpoint[] = [
  ...statusEndpoints,
  ...resourceEndpoints,
  ...optionsEndpoints,
  ...backupEndpoints,
  ...haResourceEndpoints,
  ...haRuleEndpoints,
  ...haStatusEndpoints,
  ...replicationEndpoints,
  ...mappingEndpoints,
  ...notificationEndpoints,
  ...metricEndpoints,
  ...configEndpoints,
  ...smallReadEndpoints,
  ...poolEndpoints,
];
