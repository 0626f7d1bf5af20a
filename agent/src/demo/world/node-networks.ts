import type { Section } from '../state.ts';

/**
 * Interfaces of a node as `GET /nodes/{node}/network` names them: `vmbr0` for management with the node's address, and
 * `vmbr1`, VLAN-aware, over a bond for guests, with a VLAN for storage traffic on the bond.
 */
export const nodeNetworks = (index: number, ip: string, jumbo: boolean): Section[] => {
  const storageIp = `10.20.50.${11 + index}`;
  const physical = (iface: string): Section => ({
    iface,
    type: 'eth',
    method: 'manual',
    method6: 'manual',
    families: 'inet',
    exists: '1',
    active: '1',
    priority: '3',
  });
  return [
    { ...physical('eno1'), altnames: 'enp3s0f0' },
    { ...physical('enp65s0f0np0'), priority: '4' },
    { ...physical('enp65s0f1np1'), priority: '5' },
    {
      iface: 'bond0',
      type: 'bond',
      method: 'manual',
      method6: 'manual',
      families: 'inet',
      active: '1',
      autostart: '1',
      priority: '6',
      slaves: 'enp65s0f0np0 enp65s0f1np1',
      bond_mode: '802.3ad',
      bond_miimon: '100',
      bond_xmit_hash_policy: 'layer3+4',
      ...(jumbo ? { mtu: '9000' } : {}),
    },
    {
      iface: 'bond0.50',
      type: 'vlan',
      method: 'static',
      method6: 'manual',
      families: 'inet',
      active: '1',
      autostart: '1',
      priority: '7',
      address: storageIp,
      netmask: '24',
      cidr: `${storageIp}/24`,
      'vlan-id': '50',
      'vlan-raw-device': 'bond0',
      comments: 'storage, migration and corosync link 1\n',
    },
    {
      iface: 'vmbr0',
      type: 'bridge',
      method: 'static',
      method6: 'manual',
      families: 'inet',
      active: '1',
      autostart: '1',
      priority: '8',
      address: ip,
      netmask: '24',
      cidr: `${ip}/24`,
      gateway: '10.20.0.1',
      bridge_ports: 'eno1',
      bridge_stp: 'off',
      bridge_fd: '0',
      comments: 'management\n',
    },
    {
      iface: 'vmbr1',
      type: 'bridge',
      method: 'manual',
      method6: 'manual',
      families: 'inet',
      active: '1',
      autostart: '1',
      priority: '9',
      bridge_ports: 'bond0',
      bridge_stp: 'off',
      bridge_fd: '0',
      bridge_vlan_aware: '1',
      bridge_vids: '2-4094',
      comments: 'guests, VLAN-aware\n',
    },
  ];
};
