import { ProxmoxAiError } from '../../errors.ts';
import type { DemoState, Section } from '../state.ts';
import { printCorosync, printDatacenter, printMembers, printVmlist } from './cluster-files.ts';
import { printClusterFirewall, printGuestFirewall, printHostFirewall } from './firewall-file.ts';
import { printGuest } from './guest-file.ts';
import { printMappings, printSections } from './section-config.ts';
import { segment, vmidSegment } from './text.ts';
import { printUserFile } from './user-file.ts';

// PVE adds `shared` to these types when it reads the file and does not write it.
const sharedByNature: ReadonlySet<string> = new Set([
  'cephfs',
  'cifs',
  'iscsi',
  'iscsidirect',
  'nfs',
  'pbs',
  'rbd',
  'zfs',
]);

const withType = (
  record: Readonly<Record<string, Section>>,
  idOf: (key: string) => string = (key) => key,
): { type: string; id: string; section: Section }[] =>
  Object.entries(record).map(([key, section]) => ({ type: section.type ?? '', id: idOf(key), section }));

const clusterWideFiles = (state: DemoState): [path: string, text: string][] => [
  [
    'storage.cfg',
    printSections(withType(state.storages), (type) => (sharedByNature.has(type) ? ['shared'] : [])),
  ],
  ['user.cfg', printUserFile(state)],
  ['datacenter.cfg', printDatacenter(state.datacenter)],
  ['domains.cfg', printSections(withType(state.domains))],
  ['jobs.cfg', printSections(withType(state.backupJobs))],
  ['replication.cfg', printSections(withType(state.replication), () => ['source'])],
  ['ha/resources.cfg', printSections(withType(state.haResources, (sid) => sid.replace(/^(vm|ct):/, '')))],
  ['ha/rules.cfg', printSections(withType(state.haRules))],
  ['mapping/pci.cfg', printMappings(state.mappings.pci, (id) => state.mappingOptions?.[`pci/${id}`])],
  ['mapping/usb.cfg', printMappings(state.mappings.usb, (id) => state.mappingOptions?.[`usb/${id}`])],
  ['mapping/directory.cfg', printMappings(state.mappings.dir, (id) => state.mappingOptions?.[`dir/${id}`])],
  ['status.cfg', printSections(withType(state.metricServers))],
  [
    'notifications.cfg',
    printSections([
      ...state.notifications.endpoints.map((section) => ({
        type: section.type ?? '',
        id: section.name ?? '',
        section,
      })),
      ...state.notifications.matchers.map((section) => ({
        type: 'matcher',
        id: section.name ?? '',
        section,
      })),
    ]),
  ],
  ['corosync.conf', printCorosync(state)],
  ['.vmlist', printVmlist(state)],
  ['firewall/cluster.fw', printClusterFirewall(state.firewall)],
];

/**
 * The state as the files of `/etc/pve`: relative path → text. Empty files are left out, as PVE removes them. `usage` for
 * a name or value that PVE's formats cannot hold; every path stays below its root by construction.
 */
export const renderTree = (state: DemoState): ReadonlyMap<string, string> => {
  const [self] = Object.keys(state.nodes);
  if (self === undefined) {
    throw new ProxmoxAiError('usage', 'A cluster without nodes has no files.', { hint: 'Add a node first.' });
  }
  const files = new Map<string, string>([
    ...clusterWideFiles(state),
    ['.members', printMembers(state, self)],
  ]);
  for (const node of Object.values(state.nodes)) {
    files.set(`nodes/${segment(node.name)}/host.fw`, printHostFirewall(node.firewall));
  }
  for (const guest of Object.values(state.guests)) {
    if (state.nodes[guest.node] === undefined) {
      throw new ProxmoxAiError('usage', `Guest ${guest.vmid} is on a node that does not exist.`, {
        fields: { vmid: guest.vmid, node: guest.node },
      });
    }
    const vmid = vmidSegment(guest.vmid);
    const folder = guest.type === 'qemu' ? 'qemu-server' : 'lxc';
    files.set(`nodes/${segment(guest.node)}/${folder}/${vmid}.conf`, printGuest(guest));
    files.set(`firewall/${vmid}.fw`, printGuestFirewall(guest.firewall));
  }
  for (const [path, text] of files) if (text === '') files.delete(path);
  return files;
};
