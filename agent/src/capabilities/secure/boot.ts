import type { GuestConfig } from '../../pve/config/types.ts';
import { sub } from './config-values.ts';

/** The devices of `boot: order=…`, first first. The old letters (`cdn`) name classes and no device: empty. */
export const bootOrder = (config: GuestConfig): readonly string[] =>
  (sub(config, 'boot', 'order') ?? '').split(';').filter((device) => device !== '');
