import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateWorld } from '../world/generate.ts';
import { materialise } from './materialise.ts';
import { renderTree } from './tree.ts';

const world = generateWorld({ seed: 1, now: 1_790_000_000 });
let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pmxcfs-'));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

describe('materialise', () => {
  it('writes every file of the tree and nothing beside it', async () => {
    const folder = join(root, 'deep', 'pve');
    const count = await materialise(world, folder);
    const tree = renderTree(world);
    expect(count).toBe(tree.size);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.sort()).toEqual([...tree.keys()].map((path) => join(folder, path)).sort());
    for (const [path, text] of tree) expect(await readFile(join(folder, path), 'utf8')).toBe(text);
    expect(await readlink(join(folder, 'local'))).toBe('nodes/pve1');
    expect(await readFile(join(folder, 'qemu-server', '105.conf'), 'utf8')).toContain('name: db-01');
    expect(await readdir(join(root, 'deep'))).toEqual(['pve']);
  });

  it('leaves no trace of a guest that is gone when it writes again', async () => {
    const folder = join(root, 'pve');
    await materialise(world, folder);
    const guests = Object.fromEntries(Object.entries(world.guests).filter(([vmid]) => vmid !== '105'));
    await materialise({ ...world, guests }, folder);
    expect(await readdir(join(folder, 'nodes', 'pve1', 'qemu-server'))).not.toContain('105.conf');
    expect(await readdir(root)).toEqual(['pve']);
  });

  it('refuses a folder that holds something else, and leaves it alone', async () => {
    await writeFile(join(root, 'thesis.txt'), 'precious');
    await expect(materialise(world, root)).rejects.toThrow('holds other files');
    expect(await readdir(root)).toEqual(['thesis.txt']);
  });

  it('does not write through a link that somebody put into the folder', async () => {
    const folder = join(root, 'pve');
    const outside = join(root, 'outside');
    await materialise(world, folder);
    await materialise(world, outside);
    await rm(join(folder, 'nodes'), { recursive: true });
    await symlink(join(outside, 'nodes'), join(folder, 'nodes'));
    const guests = Object.fromEntries(Object.entries(world.guests).filter(([vmid]) => vmid !== '105'));
    await materialise({ ...world, guests }, folder);
    expect(await readdir(join(outside, 'nodes', 'pve1', 'qemu-server'))).toContain('105.conf');
    expect(await readdir(join(folder, 'nodes', 'pve1', 'qemu-server'))).not.toContain('105.conf');
  });

  it('stops when it is cancelled and leaves nothing half done', async () => {
    const folder = join(root, 'pve');
    await expect(materialise(world, folder, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(await readdir(root)).toEqual([]);
  });
});
