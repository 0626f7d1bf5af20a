import { rawOptions } from '../rules/raw-guards.ts';
import { defineCheck } from '../check.ts';

export const ctSec004 = defineCheck({
  id: 'CT-SEC-004',
  title: 'Risky raw LXC lines',
  scope: 'lxc',
  rule: rawOptions,
  why: 'Raw lines go to LXC past every check of PVE: host directories, hooks that run as root, the network of the host.',
  advice:
    'Move it to options of PVE (mp[n], dev[n], net[n]) or delete it. Root edits /etc/pve/lxc/VMID.conf on the node; the API cannot write raw lines. Takes hold at the next stop and start.',
  effect: 'Needs the container stopped.',
  references: ['DIAG WG0041', 'lxc.container.conf'],
});
