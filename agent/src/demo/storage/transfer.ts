import { textOrEmpty, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';
import type { DemoContext, DemoEndpoint, TaskPlan } from '../endpoint.ts';
import type { DemoState, NodeState, Section, VolumeState } from '../state.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { contentFolder, enabledStorage, holds, placeOf, volumesOn } from './access.ts';
import { demoChecksum, remoteFile } from './download-catalogue.ts';

const extensions: Readonly<Record<string, readonly [shape: RegExp, refusal: string]>> = {
  iso: [/^[^/]+\.(?:iso|img)$/i, 'wrong file extension'],
  vztmpl: [/^[^/]+\.tar(?:\.(?:gz|xz|zst|bz2))?$/i, 'wrong file extension'],
  import: [/^[a-zA-Z0-9\-.+=_]+\.(?:ova|qcow2|raw|vmdk)$/, 'invalid filename or wrong extension'],
};

/** Only the last part of a path, and no characters but letters, digits, `_`, `.` and `-`. */
export const normalizeFilename = (name: string): string =>
  name.replace(/^.*[/\\]/, '').replaceAll(/[^a-zA-Z0-9_.-]/g, '_');

interface Target {
  readonly id: string;
  readonly section: Section;
  readonly node: NodeState;
  readonly content: string;
  readonly filename: string;
  /** Path of the file on the node. */
  readonly path: string;
}

const targetOf = (context: DemoContext, refusals: { type: string; content: string }): Target => {
  const { params } = context;
  const { id, section, node } = enabledStorage(context);
  const content = textOrEmpty(params, 'content');
  if (section.path === undefined) die(refusals.type.replace('{type}', section.type ?? ''));
  const filename = normalizeFilename(textOrEmpty(params, 'filename'));
  const rule = extensions[content];
  if (!rule) return refuseParams({ content: `upload content type '${content}' not allowed` });
  if (!rule[0].test(filename)) refuseParams({ filename: rule[1] });
  if (!holds(section, content)) die(refusals.content.replace('{content}', content));
  return { id, section, node, content, filename, path: `${contentFolder(section, content)}/${filename}` };
};

const formatOf = (content: string, filename: string): string => {
  if (content === 'iso') return 'iso';
  const end = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? 'raw';
  return content === 'vztmpl' ? (end === 'tar' ? 'tar' : `t${end}`) : end;
};

const volidOf = ({ id, content, filename }: Target): string => `${id}:${content}/${filename}`;

const existing = (state: DemoState, target: Target): VolumeState | undefined =>
  volumesOn(state, target.id, target.node.name).find((entry) => entry.volid === volidOf(target));

const store = (state: DemoState, target: Target, size: number, now: number): void => {
  const old = existing(state, target);
  if (old) {
    old.size = size;
    old.ctime = now;
    return;
  }
  state.volumes.push({
    volid: volidOf(target),
    storage: target.id,
    ...placeOf(target.section, target.node),
    content: target.content === 'vztmpl' ? 'vztmpl' : target.content === 'import' ? 'import' : 'iso',
    format: formatOf(target.content, target.filename),
    size,
    ctime: now,
  });
};

const upload = (context: DemoContext): string => {
  const { state, params, now, uploadBytes } = context;
  const target = targetOf(context, {
    type: "can't upload to storage type '{type}'",
    content: `storage '${textOrEmpty(params, 'storage')}' does not support '{content}' content`,
  });
  const source = text(params, 'tmpfilename') ?? die('missing temporary file name');
  if (uploadBytes === undefined) return die(`temporary file '${source}' does not exist`);
  const checked = text(params, 'checksum') !== undefined;
  return context.startTask({
    node: target.node.name,
    type: 'imgcopy',
    id: '',
    steps: [
      { log: `starting file import from: ${source}` },
      ...(checked
        ? [
            {
              log: 'calculating checksum...',
              delayMs: 300,
              apply: () =>
                die('the demo cluster keeps no uploaded content, so its checksum cannot be verified'),
            },
          ]
        : []),
      { log: `target node: ${target.node.name}`, delayMs: 100 },
      { log: `target file: ${target.path}` },
      { log: `file size is: ${uploadBytes}` },
      { log: `command: cp -- ${source} ${target.path}`, delayMs: 300 },
      {
        log: 'finished file import successfully',
        apply: () => store(state, target, uploadBytes, Math.floor(now)),
      },
    ],
  });
};

interface Wanted {
  readonly url: string;
  readonly size: number | undefined;
  readonly algorithm?: string | undefined;
  readonly checksum?: string | undefined;
}

const checksumStep = ({ url, algorithm, checksum }: Wanted, ending: string): TaskPlan['steps'][number][] => {
  if (algorithm === undefined || checksum === undefined) return [];
  const got = demoChecksum(url, algorithm);
  const matches = got === checksum.toLowerCase();
  return [
    {
      log: matches ? 'calculating checksum...OK, checksum verified' : 'calculating checksum...',
      delayMs: 400,
      apply: () => {
        if (!matches) die(`checksum mismatch: got '${got}' != expect '${checksum}'${ending}`);
      },
    },
  ];
};

const MIB = 1024 ** 2;

/** wget's dot:giga progress: a line for every 32 MiB is too much for a test, so twenty of them at most. */
const progress = (size: number): string[] => {
  const total = Math.max(1, Math.ceil(size / (32 * MIB)));
  const stride = Math.ceil(total / 20);
  const lines: string[] = [];
  for (let done = stride; done < total + stride; done += stride) {
    const part = Math.min(done, total);
    const dots = '........ ........ ........ ........';
    lines.push(
      `${String((part - 1) * 32 * 1024).padStart(8)}K ${dots} ${String(Math.floor((part / total) * 100)).padStart(2)}%  112M`,
    );
  }
  return lines;
};

/** A download as a task: log lines of wget, checksum, then the new volume. An unknown URL fails as wget would. */
const downloadSteps = (context: DemoContext, target: Target, wanted: Wanted): TaskPlan['steps'] => {
  const { state, now } = context;
  const host = new URL(wanted.url).host;
  const head = { log: `downloading ${wanted.url} to ${target.path}` };
  if (existing(state, target)) {
    if (wanted.checksum !== undefined) {
      const steps = checksumStep(wanted, ', aborting').map((step) => ({
        ...step,
        log: (step.log ?? '')
          .replace('calculating checksum...', 'calculating checksum of existing file...')
          .replace('OK, checksum verified', 'OK, got correct file already, no need to download'),
      }));
      return [head, ...steps];
    }
    return [{ ...head, apply: () => die(`refusing to override existing file '${target.path}'`) }];
  }
  const { size } = wanted;
  if (size === undefined) {
    return [
      head,
      {
        log: `Resolving ${host} (${host})... failed: Name or service not known.\nwget: unable to resolve host address '${host}'`,
        delayMs: 500,
        apply: () => die('download failed: exit code 4'),
      },
    ];
  }
  return [
    head,
    { log: `Resolving ${host} (${host})... 192.0.2.80`, delayMs: 100 },
    { log: `Connecting to ${host} (${host})|192.0.2.80|:443... connected.`, delayMs: 100 },
    { log: 'HTTP request sent, awaiting response... 200 OK', delayMs: 100 },
    { log: `Length: ${size} (${Math.round(size / MIB)}M)\nSaving to: '${target.path}.tmp_dwnl.4711'` },
    ...progress(size).map((log) => ({ log, delayMs: 60 })),
    ...checksumStep(wanted, ''),
    {
      log: `download of '${wanted.url}' to '${target.path}' finished`,
      apply: () => store(state, target, size, Math.floor(now)),
    },
  ];
};

const downloadUrl = (context: DemoContext): string => {
  const { params } = context;
  const url = textOrEmpty(params, 'url');
  const target = targetOf(context, {
    type: "can't upload to storage type '{type}', not a file based storage!",
    content: `storage '${textOrEmpty(params, 'storage')}' is not configured for content-type '{content}'`,
  });
  const compression = text(params, 'compression');
  const wanted: Wanted = {
    url,
    size: remoteFile(url)?.size,
    algorithm: text(params, 'checksum-algorithm'),
    checksum: text(params, 'checksum'),
  };
  const refusal =
    compression !== undefined && target.content !== 'iso'
      ? [{ apply: () => die(`decompression not supported for ${target.content}`) }]
      : [];
  return context.startTask({
    node: target.node.name,
    type: 'download',
    id: target.filename,
    steps: [...refusal, ...downloadSteps(context, target, wanted)],
  });
};

/** Downloads a container template to a storage, as `pveam download` does. */
export const downloadTemplate = (
  context: DemoContext,
  template: { package: string; location: string; size: number },
): string => {
  const { id, section, node } = enabledStorage(context);
  if (!holds(section, 'vztmpl')) die(`storage '${id}' does not support templates`);
  const path = `${contentFolder(section, 'vztmpl')}/${template.package}`;
  const target: Target = { id, section, node, content: 'vztmpl', filename: template.package, path };
  return context.startTask({
    node: node.name,
    type: 'download',
    id: template.package,
    steps: downloadSteps(context, target, { url: template.location, size: template.size }),
  });
};

const queryUrl = (context: DemoContext): unknown => {
  nodeOf(context);
  const url = textOrEmpty(context.params, 'url');
  const known = remoteFile(url);
  if (!known) {
    const host = URL.parse(url)?.host ?? url;
    return die(`invalid server response: '500 Can't connect to ${host} (Name or service not known)'`);
  }
  const filename = /^[^?]+\/([^?/]*)(?:\?.*)?$/.exec(url)?.[1];
  return { ...known, ...(filename ? { filename } : {}) };
};

export const transferEndpoints: readonly DemoEndpoint[] = [
  { method: 'POST', path: '/nodes/{node}/storage/{storage}/upload', handle: upload },
  { method: 'POST', path: '/nodes/{node}/storage/{storage}/download-url', handle: downloadUrl },
  { method: 'GET', path: '/nodes/{node}/query-url-metadata', handle: queryUrl },
];
