import type { DemoContext } from '../endpoint.ts';
import type { GuestState, VolumeState } from '../state.ts';
import { splitList } from '../params.ts';
import { deny, die } from '../refuse.ts';
import { findVolume, parseVolid } from './volumes.ts';

/** Who is asked for privileges on which guest; a new guest may also be covered by the pool it goes into. */
export interface GuestAccess {
  readonly context: DemoContext;
  readonly vmid: number;
  readonly node: string;
  readonly pool?: string | undefined;
}

export const accessTo = (context: DemoContext, { vmid, node }: GuestState): GuestAccess => ({
  context,
  vmid,
  node,
});

/** PVE's `check_vm_perm`: the privilege on the pool of a new guest, else on the guest. */
export function requireOnGuest(
  { context: { caller }, vmid, pool }: GuestAccess,
  privileges: readonly string[],
  options: { any?: boolean } = {},
): void {
  if (caller.isRoot) return;
  if (pool !== undefined && caller.can(`/pool/${pool}`, privileges, options)) return;
  caller.require(`/vms/${vmid}`, privileges, options);
}

/** The content type that PVE reads from a volume's name when the volume itself is not there. */
export function contentOf(volid: string, volume: VolumeState | undefined): VolumeState['content'] {
  if (volume) return volume.content;
  const name = parseVolid(volid)?.name ?? '';
  for (const content of ['iso', 'vztmpl', 'snippets', 'import', 'backup'] as const) {
    if (name.startsWith(`${content}/`)) return content;
  }
  return /^(?:subvol|basevol)-/.test(name) ? 'rootdir' : 'images';
}

/** PVE's `check_volume_access`: who may use an existing volume for a guest. */
export function assertVolumeAccess({ context, vmid, node }: GuestAccess, volid: string, type?: string): void {
  const { caller, state } = context;
  const parts = parseVolid(volid);
  if (!parts) {
    if (!caller.isRoot) die('Only root can pass arbitrary filesystem paths.');
    return;
  }
  const volume = findVolume(state, volid, node);
  const content = contentOf(volid, volume);
  const alike = type === 'rootdir' && content === 'images';
  if (type !== undefined && content !== type && !alike) {
    die(`unable to use volume ${volid} - content type needs to be '${type}'`);
  }
  const path = `/storage/${parts.storage}`;
  if (caller.can(path, ['Datastore.Allocate'])) return;
  const owner = volume?.vmid;
  if (content === 'iso' || content === 'vztmpl' || content === 'import') {
    caller.require(path, ['Datastore.AllocateSpace', 'Datastore.Audit'], { any: true });
  } else if (owner === undefined) {
    die(`missing privileges to access ${volid}`);
  } else if (content === 'backup') {
    caller.require(path, ['Datastore.AllocateSpace']);
    caller.require(`/vms/${owner}`, ['VM.Backup']);
  } else if (owner !== vmid) {
    caller.require(path, ['Datastore.Audit']);
    caller.require(`/vms/${owner}`, ['VM.Config.Disk']);
  }
}

/** Tags need `VM.Config.Options`; those registered in the datacenter, or not free to choose, `Sys.Modify` on `/`. */
export function assertTagChange(
  access: GuestAccess,
  before: string | undefined,
  after: string | undefined,
): void {
  requireOnGuest(access, ['VM.Config.Options']);
  const { caller, state } = access.context;
  if (caller.can('/', ['Sys.Modify'])) return;
  const registered = splitList(state.datacenter['registered-tags']);
  const rules = state.datacenter['user-tag-access'] ?? '';
  const allow = /user-allow=(\w+)/.exec(rules)?.[1] ?? 'free';
  const listed = splitList(/user-allow-list=([^,]+)/.exec(rules)?.[1]);
  const [old, fresh] = [splitList(before), splitList(after)];
  const changed = [...new Set([...old, ...fresh])].filter((tag) => old.includes(tag) !== fresh.includes(tag));
  for (const tag of changed) {
    const open = allow === 'free' || (allow === 'list' && listed.includes(tag));
    if (!open || registered.includes(tag)) deny(`/, Sys.Modify for modifying tag '${tag}'`);
  }
}

/** Tags as PVE stores them: each once, lower case and by alphabet unless the datacenter's tag style says otherwise. */
export function uniqueTags(context: DemoContext, tags: string): string {
  const style = context.state.datacenter['tag-style'] ?? '';
  const caseSensitive = /case-sensitive=(?:1|on|yes|true)/i.test(style);
  const list = splitList(tags).map((tag) => (caseSensitive ? tag : tag.toLowerCase()));
  const ordered = style.includes('ordering=config') ? list : list.sort();
  return [...new Set(ordered)].join(';');
}
