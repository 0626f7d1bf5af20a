import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ProxmoxAiError } from '../../errors.ts';
import type { DemoState } from '../state.ts';
import { segment } from './text.ts';
import { renderTree } from './tree.ts';

const CONCURRENCY = 32;

/** Whether a folder may be replaced: absent, empty, or one that was made here. */
const isReplaceable = async (folder: string): Promise<boolean> => {
  try {
    const names = await readdir(folder);
    return names.length === 0 || (names.includes('.members') && names.includes('.vmlist'));
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return true;
    throw new ProxmoxAiError('usage', `${folder} cannot be read as a folder.`, { cause: thrown });
  }
};

const writeAll = async (
  root: string,
  files: ReadonlyMap<string, string>,
  signal: AbortSignal | undefined,
): Promise<void> => {
  for (const folder of new Set([...files.keys()].map((path) => dirname(path)))) {
    await mkdir(join(root, folder), { recursive: true });
  }
  const queue = [...files];
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      signal?.throwIfAborted();
      const [path, text] = next;
      await writeFile(join(root, path), text, { flag: 'wx', mode: 0o640 });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
};

/**
 * Writes the state as a folder like `/etc/pve`, seen from its first node. The folder is built beside its place and moved
 * there, so that a reader never sees half of it; a folder with anything else in it is refused (`usage`), and secrets
 * (`priv/`) are not written. Returns the number of files.
 */
export const materialise = async (
  state: DemoState,
  folder: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<number> => {
  const files = renderTree(state);
  const target = resolve(folder);
  if (!(await isReplaceable(target))) {
    throw new ProxmoxAiError('usage', `${target} holds other files and is not replaced.`, {
      hint: 'Give a folder that does not exist yet.',
    });
  }
  await mkdir(dirname(target), { recursive: true });
  const workplace = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const fresh = join(workplace, 'new');
    await mkdir(fresh);
    await writeAll(fresh, files, signal);
    for (const node of Object.keys(state.nodes)) {
      for (const kind of ['qemu-server', 'lxc']) {
        await mkdir(join(fresh, 'nodes', segment(node), kind), { recursive: true });
      }
    }
    const self = segment(Object.keys(state.nodes)[0] ?? '');
    await symlink(`nodes/${self}`, join(fresh, 'local'));
    await symlink(`nodes/${self}/qemu-server`, join(fresh, 'qemu-server'));
    await symlink(`nodes/${self}/lxc`, join(fresh, 'lxc'));
    await rename(target, join(workplace, 'old')).catch((thrown: unknown) => {
      if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
    });
    await rename(fresh, target);
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
  return files.size;
};
