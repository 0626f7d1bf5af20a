import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { asSection, splitList, text } from '../params.ts';
import { propertyObject, typed } from './sections.ts';

const typing = {
  numeric: ['max_workers', 'migration_unsecure'],
  objects: [
    'bwlimit',
    'crs',
    'ha',
    'location',
    'migration',
    'next-id',
    'notify',
    'replication',
    'tag-style',
    'user-tag-access',
    'webauthn',
    'u2f',
  ],
};

/** Tags the caller may set, as PVE::GuestHelpers::get_allowed_tags decides by `user-tag-access`. */
const allowedTags = ({ state, caller }: DemoContext): string[] => {
  const registered = splitList(state.datacenter['registered-tags']);
  const access = propertyObject(state.datacenter['user-tag-access'] ?? '');
  const mode = String(access['user-allow'] ?? 'free');
  const privileged = caller.can('/', ['Sys.Modify']);
  const tags = new Set<string>();
  if (privileged || mode !== 'none') {
    for (const tag of splitList(String(access['user-allow-list'] ?? ''))) tags.add(tag);
  }
  if (privileged || mode === 'free' || mode === 'existing') {
    for (const guest of Object.values(state.guests)) {
      if (!privileged && !caller.can(`/vms/${guest.vmid}`, ['VM.Audit'])) continue;
      for (const tag of splitList(guest.config.tags)) tags.add(tag);
    }
  }
  for (const tag of registered) {
    if (privileged) tags.add(tag);
    else tags.delete(tag);
  }
  return [...tags].sort();
};

const read = (context: DemoContext): unknown => {
  const { state, caller } = context;
  const shown = typed(state.datacenter, typing);
  const visible = caller.can('/', ['Sys.Audit'])
    ? shown
    : Object.fromEntries(Object.entries(shown).filter(([key]) => ['console', 'tag-style'].includes(key)));
  return { ...visible, 'allowed-tags': allowedTags(context) };
};

const update = ({ state, params }: DemoContext): null => {
  for (const key of splitList(text(params, 'delete'))) {
    Reflect.deleteProperty(state.datacenter, key);
  }
  Object.assign(state.datacenter, asSection(params, ['delete']));
  return null;
};

export const optionsEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/cluster/options', handle: read },
  { method: 'PUT', path: '/cluster/options', handle: update },
];
