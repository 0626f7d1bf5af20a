import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { DemoState, GuestState, Section } from '../state.ts';
import { isCdrom, isManaged, volumeEntries, type VolumeEntry } from './drives.ts';
import { bothTypes } from './lookup.ts';
import { textOrEmpty, text } from '../params.ts';
import { findSnapshot } from './snapshot-view.ts';
import { canSnapshot, isAvailable } from './storages.ts';
import { baseName, findVolume, parseVolid } from './volumes.ts';

type Feature = 'snapshot' | 'clone' | 'copy';

function volumeHas(
  state: DemoState,
  guest: GuestState,
  { volid }: VolumeEntry,
  feature: Feature,
  snapshot: boolean,
): boolean {
  const parts = parseVolid(volid);
  const storage = parts && state.storages[parts.storage];
  if (!storage) return false;
  if (feature === 'copy') return true;
  const format = findVolume(state, volid, guest.node)?.format ?? /\.(\w+)$/.exec(volid)?.[1] ?? 'raw';
  if (feature === 'snapshot') return canSnapshot(storage, format);
  return canSnapshot(storage, format) && (snapshot || baseName(volid) !== undefined);
}

/** Whether every volume of a configuration has a feature (PVE's `has_feature`). */
export function hasFeature(
  state: DemoState,
  guest: GuestState,
  config: Section,
  feature: Feature,
  snapshot = false,
): boolean {
  return volumeEntries(guest.type, config).every((entry) => {
    if (isCdrom(entry)) return true;
    return isManaged(entry) ? volumeHas(state, guest, entry, feature, snapshot) : false;
  });
}

/** Nodes on which every storage of the configuration may be used. */
export const nodesWithStorages = (state: DemoState, guest: GuestState, config: Section): string[] => {
  const storages = volumeEntries(guest.type, config).flatMap(
    (entry) => parseVolid(entry.volid)?.storage ?? [],
  );
  return Object.keys(state.nodes).filter((node) => storages.every((id) => isAvailable(state, id, node)));
};

function answer({ state, params }: DemoContext, guest: GuestState): Record<string, unknown> {
  const snapname = text(params, 'snapname');
  const config = snapname ? findSnapshot(guest, snapname).config : guest.config;
  const feature = textOrEmpty(params, 'feature') as Feature;
  return {
    hasFeature: hasFeature(state, guest, config, feature, Boolean(snapname)) ? 1 : 0,
    ...(guest.type === 'qemu' && { nodes: nodesWithStorages(state, guest, config) }),
  };
}

/** Whether a guest can be snapshot, cloned or copied. */
export const featureEndpoints: readonly DemoEndpoint[] = bothTypes('GET', '/feature', answer);
