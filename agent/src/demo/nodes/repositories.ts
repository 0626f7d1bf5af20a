import { nodeOf } from '../cluster/node-list.ts';
import { flag, integer, textOrEmpty } from '../params.ts';
import { assertDigest, die } from '../refuse.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { NodeState } from '../state.ts';

type Repository = NonNullable<NodeState['repositories']>[number];

const SUITE = 'trixie';
const debianPath = '/etc/apt/sources.list.d/debian.sources';

const debian = (uri: string, suites: string[]): Repository => ({
  path: debianPath,
  types: ['deb'],
  uris: [uri],
  suites,
  components: ['main', 'contrib', 'non-free-firmware'],
  enabled: true,
});

interface Standard {
  readonly handle: string;
  readonly name: string;
  readonly description: string;
  readonly uri: string;
  readonly component: string;
  readonly file: string;
}

const standards: readonly Standard[] = [
  {
    handle: 'enterprise',
    name: 'Enterprise',
    description: 'The default, stable and recommended repository for all Proxmox subscribers.',
    uri: 'https://enterprise.proxmox.com/debian/pve',
    component: 'pve-enterprise',
    file: 'pve-enterprise.sources',
  },
  {
    handle: 'no-subscription',
    name: 'No-Subscription',
    description: 'The recommended repository for testing and non-production use.',
    uri: 'http://download.proxmox.com/debian/pve',
    component: 'pve-no-subscription',
    file: 'proxmox.sources',
  },
  {
    handle: 'test',
    name: 'Test',
    description: 'The latest packages, for test labs and developers only.',
    uri: 'http://download.proxmox.com/debian/pve',
    component: 'pve-test',
    file: 'proxmox.sources',
  },
  ...(['enterprise', 'no-subscription', 'test'] as const).map((kind) => ({
    handle: `ceph-squid-${kind}`,
    name: `Ceph Squid ${kind === 'enterprise' ? 'Enterprise' : kind === 'test' ? 'Test' : 'No-Subscription'}`,
    description: `Ceph Squid packages (${kind}).`,
    uri: `http${kind === 'enterprise' ? 's://enterprise' : '://download'}.proxmox.com/debian/ceph-squid`,
    component: kind,
    file: 'ceph.sources',
  })),
];

const asRepository = ({ uri, component, file }: Standard): Repository => ({
  path: `/etc/apt/sources.list.d/${file}`,
  types: ['deb'],
  uris: [uri],
  suites: [SUITE],
  components: [component],
  enabled: true,
});

const repositoriesOf = (node: NodeState): Repository[] => {
  if (node.repositories) return node.repositories;
  const kind = node.subscription.status === 'active' ? 'enterprise' : 'no-subscription';
  const standard = standards.find(({ handle }) => handle === kind);
  return [
    debian('http://deb.debian.org/debian/', [SUITE, `${SUITE}-updates`]),
    debian('http://security.debian.org/debian-security/', [`${SUITE}-security`]),
    ...(standard ? [asRepository(standard)] : []),
  ];
};

const byPath = (repositories: readonly Repository[]): Map<string, Repository[]> => {
  const files = new Map<string, Repository[]>();
  for (const repository of repositories) {
    files.set(repository.path, [...(files.get(repository.path) ?? []), repository]);
  }
  return files;
};

const printed = (repository: Repository): Record<string, unknown> => ({
  FileType: repository.path.endsWith('.sources') ? 'sources' : 'list',
  Types: repository.types,
  URIs: repository.uris,
  Suites: repository.suites,
  Components: repository.components,
  Options: [{ Key: 'Signed-By', Values: [keyringOf(repository)] }],
  Comment: repository.comment ?? '',
  Enabled: repository.enabled ? 1 : 0,
});

const keyringOf = ({ uris }: Repository): string =>
  uris.some((uri) => uri.includes('proxmox.com'))
    ? '/usr/share/keyrings/proxmox-archive-keyring.gpg'
    : '/usr/share/keyrings/debian-archive-keyring.gpg';

const isStandard = (repository: Repository, { uri, component }: Standard): boolean =>
  repository.uris.includes(uri) && repository.components.includes(component);

const warnings = (repositories: readonly Repository[]): Record<string, unknown>[] =>
  [...byPath(repositories)].flatMap(([path, entries]) =>
    entries.flatMap((entry, index) => {
      const unsafe =
        entry.enabled && entry.components.some((name) => /(^|-)(no-subscription|test)$/.test(name));
      const old = entry.enabled && entry.suites.some((suite) => /^(bullseye|bookworm)/.test(suite));
      const origin = { kind: 'origin', message: keyringOf(entry).includes('proxmox') ? 'Proxmox' : 'Debian' };
      return [
        { path, index: String(index), ...origin },
        ...(unsafe
          ? [
              {
                path,
                index: String(index),
                property: 'Components',
                kind: 'warning',
                message: `The ${entry.components.join(' ')} repository is not recommended for production use!`,
              },
            ]
          : []),
        ...(old
          ? [
              {
                path,
                index: String(index),
                property: 'Suites',
                kind: 'warning',
                message: `old suite '${entry.suites.join(' ')}' configured!`,
              },
            ]
          : []),
      ];
    }),
  );

const read = (context: DemoContext): unknown => {
  const repositories = repositoriesOf(nodeOf(context));
  return {
    digest: digestOf(repositories),
    errors: [],
    files: [...byPath(repositories)].map(([path, entries]) => ({
      path,
      'file-type': path.endsWith('.sources') ? 'sources' : 'list',
      digest: [...Buffer.from(digestOf(entries).slice(0, 64), 'hex')],
      repositories: entries.map(printed),
    })),
    infos: warnings(repositories),
    'standard-repos': standards.map((standard) => {
      const found = repositories.find((repository) => isStandard(repository, standard));
      const { handle, name, description } = standard;
      return { handle, name, description, ...(found ? { status: found.enabled ? 1 : 0 } : {}) };
    }),
  };
};

const checkDigest = (context: DemoContext, repositories: readonly Repository[]): void => {
  assertDigest(digestOf(repositories), context.params.digest);
};

const change = (context: DemoContext): null => {
  const node = nodeOf(context);
  const repositories = structuredClone(repositoriesOf(node));
  checkDigest(context, repositories);
  const path = textOrEmpty(context.params, 'path');
  const index = integer(context.params, 'index') ?? 0;
  const entries = byPath(repositories).get(path) ?? die(`invalid path - no such file '${path}'`);
  const entry = entries[index] ?? die(`invalid index - no repository ${index} in '${path}'`);
  if (context.params.enabled !== undefined) entry.enabled = flag(context.params, 'enabled');
  node.repositories = repositories;
  return null;
};

const add = (context: DemoContext): null => {
  const node = nodeOf(context);
  const repositories = structuredClone(repositoriesOf(node));
  checkDigest(context, repositories);
  const handle = textOrEmpty(context.params, 'handle');
  const standard =
    standards.find((entry) => entry.handle === handle) ?? die(`unknown repository handle '${handle}'`);
  const found = repositories.find((repository) => isStandard(repository, standard));
  if (found?.enabled) die('standard repository is already configured!');
  if (found) found.enabled = true;
  else repositories.push(asRepository(standard));
  node.repositories = repositories;
  return null;
};

export const repositoryEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/apt/repositories', handle: read },
  { method: 'POST', path: '/nodes/{node}/apt/repositories', handle: change },
  { method: 'PUT', path: '/nodes/{node}/apt/repositories', handle: add },
];
