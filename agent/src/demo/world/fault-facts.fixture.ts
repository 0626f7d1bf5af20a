import type { DemoState, GuestState, Section } from '../state.ts';

/** The keys of a configuration that match, with their values. */
export const entriesLike = (config: Section, pattern: RegExp): [key: string, value: string][] =>
  Object.entries(config).filter(([key]) => pattern.test(key));

export const nics = (guest: GuestState): string[] =>
  entriesLike(guest.config, /^net\d+$/).map(([, value]) => value);

export const disks = (guest: GuestState): [key: string, value: string][] =>
  entriesLike(guest.config, /^(ide|sata|scsi|virtio)\d+$/).filter(
    ([, value]) => !value.includes('media=cdrom'),
  );

export const tagged = (guest: GuestState, ...tags: string[]): boolean =>
  tags.some((tag) => (guest.config.tags ?? '').split(';').includes(tag));

export const managementBridges = (world: DemoState, guest: GuestState): string[] => {
  const node = world.nodes[guest.node];
  return (node?.networks ?? []).filter(({ address }) => address === node?.ip).map(({ iface }) => iface ?? '');
};

export const vlanAware = (world: DemoState, guest: GuestState, bridge: string): boolean =>
  world.nodes[guest.node]?.networks.find(({ iface }) => iface === bridge)?.bridge_vlan_aware === '1';

export const bridgeOf = (nic: string): string => /bridge=([^,]+)/.exec(nic)?.[1] ?? '';
export const macOf = (nic: string): string => /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/.exec(nic)?.[0] ?? '';

/** Inbound rules that are on, with security groups expanded. */
export const inbound = (world: DemoState, guest: GuestState): Section[] =>
  guest.firewall.rules
    .flatMap((rule) =>
      rule.type === 'group' ? (world.firewall.groups[rule.action ?? '']?.rules ?? []) : [rule],
    )
    .filter((rule) => rule.type === 'in' && rule.action === 'ACCEPT' && rule.enable === '1');

/** Newest backup of a guest, Unix seconds; 0 when there is none. */
export const newestBackup = (world: DemoState, vmid: number): number =>
  Math.max(0, ...world.volumes.filter((v) => v.content === 'backup' && v.vmid === vmid).map((v) => v.ctime));

/** Ids of the enabled jobs that back the guest up where it is. */
export const jobsOf = (world: DemoState, guest: GuestState): string[] =>
  Object.entries(world.backupJobs)
    .filter(([, job]) => {
      if (job.enabled !== '1' || (job.node !== undefined && job.node !== guest.node)) return false;
      const pool = world.pools[job.pool ?? '']?.vmids ?? [];
      return pool.includes(guest.vmid) || (job.vmid ?? '').split(',').includes(String(guest.vmid));
    })
    .map(([id]) => id);

/** Enabled users and tokens with a role on the guest or on a path above it, without root@pam and auditors. */
export const principalsOf = (world: DemoState, guest: GuestState): string[] => {
  const pools = Object.entries(world.pools).filter(([, { vmids }]) => vmids.includes(guest.vmid));
  const paths = ['/', '/vms', `/vms/${guest.vmid}`, ...pools.map(([name]) => `/pool/${name}`)];
  const found = new Set<string>();
  for (const { path, type, ugid, roleid } of world.acl) {
    if (!paths.includes(path) || roleid === 'PVEAuditor' || roleid === 'NoAccess') continue;
    if (type !== 'group') found.add(ugid);
    else
      for (const user of Object.values(world.users)) if (user.groups.includes(ugid)) found.add(user.userid);
  }
  return [...found].filter((id) => world.users[id.split('!')[0] ?? '']?.enable === true);
};
