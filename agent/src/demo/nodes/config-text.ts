import { printConfFile } from '../../pve/config/conf-file.ts';
import type { GuestState } from '../state.ts';

/** The current section of a guest's `.conf` file, as vzdump keeps it in a backup: no lock, no snapshots, nothing pending. */
export const configText = ({ type, config, lxcRaw }: GuestState): string => {
  const values = Object.fromEntries(Object.entries(config).filter(([key]) => key !== 'lock'));
  return printConfFile({ current: { type, values, lxcRaw }, snapshots: [] });
};
