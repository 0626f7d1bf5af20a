import type { DemoEndpoint } from '../endpoint.ts';
import { storageConfigEndpoints } from './config.ts';
import { contentEndpoints } from './content.ts';
import { fileRestoreEndpoints } from './file-restore.ts';
import { pruneEndpoints } from './prune.ts';
import { storageStatusEndpoints } from './status.ts';
import { templateEndpoints } from './templates.ts';
import { transferEndpoints } from './transfer.ts';

/** `/storage`, and what a node answers about its storages. */
export const storageEndpoints: readonly DemoEndpoint[] = [
  ...storageConfigEndpoints,
  ...storageStatusEndpoints,
  ...contentEndpoints,
  ...pruneEndpoints,
  ...transferEndpoints,
  ...templateEndpoints,
  ...fileRestoreEndpoints,
];
