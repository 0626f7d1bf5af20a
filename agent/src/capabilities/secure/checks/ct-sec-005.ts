import { idMap } from '../rules/idmap.ts';
import { defineCheck } from '../check.ts';

export const ctSec005 = defineCheck({
  id: 'CT-SEC-005',
  title: 'UID mapping reaches host IDs',
  scope: 'lxc',
  rule: idMap,
  why: 'Ids of the container are ids of accounts on the host: its processes and files count as theirs.',
  advice:
    'Map to ids from 100000 on; adapt /etc/subuid and /etc/subgid, and the owners of the files. Root edits /etc/pve/lxc/VMID.conf on the node; the API cannot write raw lines. Takes hold at the next stop and start.',
  effect: 'Needs the container stopped; file owners change.',
  references: ['pct.adoc', 'pve-container Config.pm'],
});
