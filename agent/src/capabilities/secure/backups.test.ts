import { describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import type { Inventory, InventoryStorage } from '../../pve/inventory/types.ts';
import type { PveClient, PveParams } from '../../pve/types.ts';
import { readBackups } from './backups.ts';
import { guestIn } from './testing/world.ts';

const storage = (id: string, node: string, more: Partial<InventoryStorage> = {}): InventoryStorage => ({
  id,
  node,
  content: ['backup'],
  shared: false,
  active: true,
  ...more,
});

function clientOf(answers: Readonly<Record<string, unknown>>) {
  const calls: { path: string; params: PveParams | undefined }[] = [];
  const client: PveClient = {
    target: 'https://127.0.0.1:8006',
    userid: 'auditor@pve',
    call: () => Promise.reject(new Error('not used')),
    get: (path, schema, params) => {
      calls.push({ path, params });
      const answer = answers[path];
      return answer === undefined
        ? Promise.reject(new ProxmoxAiError('pve-denied', 'Permission check failed'))
        : Promise.resolve(schema.parse(answer));
    },
    close: () => undefined,
  };
  return { client, calls };
}

const { inventory } = guestIn('qemu', '').surroundings;
const signal = new AbortController().signal;
const withStorages = (...storages: InventoryStorage[]): Inventory => ({ ...inventory, storages });

describe('restore points', () => {
  it('are read once per shared storage and on each node for a local one, with a retention that keeps all', async () => {
    const { client, calls } = clientOf({
      '/nodes/pve1/storage/pbs/prunebackups': [
        { vmid: 105, ctime: 200, mark: 'keep' },
        { vmid: '105', ctime: '100' },
      ],
      '/nodes/pve1/storage/local/prunebackups': [{ ctime: 5 }],
      '/nodes/pve2/storage/local/prunebackups': [{ vmid: 106, ctime: 300 }],
    });
    const shared = { shared: true };
    const found = await readBackups(
      client,
      withStorages(
        storage('pbs', 'pve1', shared),
        storage('pbs', 'pve2', shared),
        storage('local', 'pve1'),
        storage('local', 'pve2'),
        storage('iso', 'pve1', { content: ['iso'] }),
      ),
      { signal, vmid: 105 },
    );
    expect(found).toEqual({
      newest: new Map([
        [105, 200],
        [106, 300],
      ]),
      unread: [],
    });
    expect(calls).toHaveLength(3);
    expect(calls[0]?.params).toEqual({ 'prune-backups': 'keep-all=1', vmid: 105 });
  });

  it('that could not be read are named', async () => {
    const { client } = clientOf({});
    const { unread } = await readBackups(
      client,
      withStorages(storage('pbs', 'pve1'), storage('nas', 'pve1', { active: false })),
      { signal },
    );
    expect(unread).toEqual([
      'storage pbs on pve1: Permission check failed',
      'storage nas on pve1 is not active',
    ]);
  });
});
