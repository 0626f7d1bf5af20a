import { nodeOf } from '../cluster/node-list.ts';
import { flag, textOrEmpty, text } from '../params.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { NodeState } from '../state.ts';

const sectionOf = (name: string): string => (name.includes('kernel') ? 'kernel' : 'admin');

const common = (name: string, origin: string): Record<string, string> => ({
  Arch: /^(pve-manager|pve-docs|libpve-.*-perl|proxmox-ve|proxmox-widget-toolkit)$/.test(name)
    ? 'all'
    : 'amd64',
  Origin: origin,
  Package: name,
  Priority: 'optional',
  Section: sectionOf(name),
});

/** Pending updates as the last `apt update` left them. */
const updates = (context: DemoContext): unknown =>
  nodeOf(context).updates.map((update) => ({
    ...common(update.package, update.origin),
    Title: update.title,
    Description: update.title,
    ...(update.oldVersion === '' ? {} : { OldVersion: update.oldVersion }),
    Version: update.version,
  }));

/** Most important first, as PVE orders its version list. */
const order = ['proxmox-ve', 'pve-manager'];

const rank = (name: string): number => {
  const at = order.indexOf(name);
  if (at >= 0) return at;
  return /^(pve|proxmox)-kernel-/.test(name) ? order.length : order.length + 1;
};

const versionRow = (node: NodeState, name: string, version: string): Record<string, string> => {
  const pending = node.updates.find((update) => update.package === name);
  return {
    ...common(name, pending?.origin ?? 'Proxmox'),
    Title: pending?.title ?? name,
    Description: pending?.title ?? name,
    CurrentState: 'Installed',
    OldVersion: version,
    Version: pending?.version ?? version,
    ...(name === 'proxmox-ve' ? { RunningKernel: node.kernel } : {}),
    ...(name === 'pve-manager'
      ? {
          ManagerVersion: `${node.pveVersion}/${Buffer.from(node.pveVersion.padEnd(8, '0')).toString('hex').slice(0, 16)}`,
        }
      : {}),
  };
};

const versions = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  return Object.entries(node.packages)
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map(([name, version]) => versionRow(node, name, version));
};

/** The demo has no network: the index files are what they were, and the log says where they come from. */
const refresh = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const quiet = flag(context.params, 'quiet');
  const lines = [
    'starting apt-get update',
    'Hit:1 http://deb.debian.org/debian trixie InRelease',
    'Hit:2 http://security.debian.org trixie-security InRelease',
    node.subscription.status === 'active'
      ? 'Hit:3 https://enterprise.proxmox.com/debian/pve trixie InRelease'
      : 'Hit:3 http://download.proxmox.com/debian/pve trixie InRelease',
    'Reading package lists...',
  ];
  return context.startTask({
    node: node.name,
    type: 'aptupdate',
    id: '',
    steps: quiet ? [{ delayMs: 1000 }] : lines.map((log) => ({ log, delayMs: 300 })),
  });
};

const changelog = (context: DemoContext): unknown => {
  const node = nodeOf(context);
  const name = textOrEmpty(context.params, 'name');
  const update = node.updates.find((entry) => entry.package === name);
  const version = text(context.params, 'version') ?? update?.version ?? node.packages[name];
  if (version === undefined) return `E: Unable to locate package ${name}\nRC: 100`;
  return [
    `${name} (${version}) trixie; urgency=medium`,
    '',
    `  * ${update?.title ?? 'see the package for its changes'}`,
    '',
    ' -- Proxmox Support Team <support@proxmox.com>',
    '',
  ].join('\n');
};

export const aptEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/apt/update', handle: updates },
  { method: 'POST', path: '/nodes/{node}/apt/update', handle: refresh },
  { method: 'GET', path: '/nodes/{node}/apt/versions', handle: versions },
  { method: 'GET', path: '/nodes/{node}/apt/changelog', handle: changelog },
];
