import type { GuestState, Section, SnapshotState } from '../state.ts';
import { die } from '../refuse.ts';

/** The snapshot of this name; PVE's refusal when there is none. */
export function findSnapshot({ snapshots }: GuestState, name: string): SnapshotState {
  const snapshot = snapshots[name];
  if (!snapshot) die(`snapshot '${name}' does not exist`);
  return snapshot;
}

/** The section of a snapshot as it stands in the configuration file. */
export function snapshotSection(guest: GuestState, name: string): Section {
  const { config, description, parent, snaptime } = findSnapshot(guest, name);
  return {
    ...config,
    ...(description !== undefined && { description }),
    ...(parent !== undefined && { parent }),
    snaptime: String(snaptime),
  };
}
