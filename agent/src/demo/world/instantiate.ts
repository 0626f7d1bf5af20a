import type { FirewallState, GuestState, Section, SnapshotState } from '../state.ts';
import { describeAgent } from './agent.ts';
import { parseConfText, parseLxcRaw } from './conf-text.ts';
import type { Random } from './random.ts';
import { randomUuid } from './random.ts';
import type { GuestRecipe, SnapshotRecipe } from './recipe.ts';

const DAY = 86_400;

/** A MAC in Proxmox's own range, as PVE generates them for guests. */
export const randomMac = (random: Random): string =>
  `BC:24:11:${(random.hex(3).toUpperCase().match(/../g) ?? []).join(':')}`;

export interface Holes {
  readonly vmid: number;
  readonly random: Random;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly ip: string;
  /** Gives a MAC that no other guest has. */
  readonly mac: () => string;
}

const fillHoles = (text: string, { vmid, random, createdAt, ip, mac }: Holes): string =>
  text.replace(/\{(vmid|uuid|ctime|ip|mac)\}/g, (_, hole: string) => {
    if (hole === 'vmid') return String(vmid);
    if (hole === 'uuid') return randomUuid(random);
    if (hole === 'ctime') return String(createdAt);
    return hole === 'ip' ? ip : mac();
  });

/** A copy of the recipe's firewall, with the guest's own address in its IP sets. */
const firewallOf = (partial: Partial<FirewallState> | undefined, ip: string): FirewallState => {
  const firewall = structuredClone({ options: {}, rules: [], ipsets: {}, aliases: {}, ...partial });
  for (const { entries } of Object.values<FirewallState['ipsets'][string]>(firewall.ipsets)) {
    for (const entry of entries) entry.cidr = entry.cidr.replace('{ip}', ip);
  }
  return firewall;
};

/** `[snapshot]` section: the configuration of then, without what belongs to the present only. */
const snapshotOf = (
  recipe: SnapshotRecipe,
  current: Section,
  { vmid, now }: { vmid: number; now: number },
): SnapshotState => {
  const config: Section = { ...current, ...recipe.then };
  delete config.parent;
  delete config.description;
  if (recipe.vmstate) {
    config.runningmachine = 'pc-i440fx-10.0+pve0';
    config.runningcpu = 'kvm64,enforce,+kvm_pv_eoi,+kvm_pv_unhalt,+lahf_lm,+sep';
    config.vmstate = `local-lvm:vm-${vmid}-state-${recipe.name}`;
  }
  return {
    config,
    snaptime: now - recipe.daysAgo * DAY,
    vmstate: recipe.vmstate,
    ...(recipe.description === undefined ? {} : { description: recipe.description }),
    ...(recipe.parent === undefined ? {} : { parent: recipe.parent }),
  };
};

/** A guest of the cluster from its recipe, on a node, with every hole filled. */
export const instantiate = (
  recipe: GuestRecipe,
  { node, now, holes }: { node: string; now: number; holes: Holes },
): GuestState => {
  const { vmid } = holes;
  const config = parseConfText(recipe.type, fillHoles(recipe.config, holes));
  const snapshots: Record<string, SnapshotState> = {};
  for (const snapshot of recipe.snapshots ?? []) {
    snapshots[snapshot.name] = snapshotOf(snapshot, config, { vmid, now });
  }
  const guest: GuestState = {
    vmid,
    type: recipe.type,
    node,
    config,
    lxcRaw: parseLxcRaw(recipe.lxcRaw ?? ''),
    pending: { set: { ...recipe.pending?.set }, delete: [...(recipe.pending?.delete ?? [])] },
    snapshots,
    status: recipe.status,
    startedAt: recipe.uptimeDays === null ? null : now - Math.round(recipe.uptimeDays * DAY) - (vmid % 3600),
    firewall: firewallOf(recipe.firewall, holes.ip),
    load: { ...recipe.load },
  };
  if (recipe.type === 'qemu' && recipe.status !== 'stopped')
    guest.runningQemu = recipe.runningQemu ?? '10.1.2';
  if (recipe.agent !== undefined && recipe.status === 'running') {
    const ips = recipe.ips.length === 0 ? [] : [holes.ip, ...recipe.ips.slice(1)];
    guest.agent = describeAgent(recipe.agent, config, ips);
  }
  return guest;
};
