import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';
import { followTask } from '../../agent/src/pve/tasks/follow.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';

const rows = z.array(z.record(z.string(), z.unknown()));

describe('the demo cluster over HTTPS', () => {
  let demo: DemoCluster;
  const clients: PveClient[] = [];

  const login = async ({ userid, password }: { userid: string; password: string }): Promise<PveClient> => {
    const client = await connect({
      target: demo.url,
      auth: { kind: 'password', userid, password },
      trust: { kind: 'ca', pem: demo.caPem },
    });
    clients.push(client);
    return client;
  };

  beforeAll(async () => {
    demo = await startDemo({ speed: Infinity });
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await demo.close();
  });

  it('backs up a VM as a task, and the backup is in the storage', async () => {
    const root = await login(demoAccounts.root);
    const params = { vmid: '105', storage: 'nas', compress: 'zstd', 'notes-template': '{{guestname}}' };
    const upid = z.string().parse(await root.call({ method: 'POST', path: '/nodes/pve1/vzdump', params }));
    const log: string[] = [];
    const end = await followTask(root, upid, { onLog: (line) => log.push(line), pollMs: 20 });
    expect(end.exitstatus).toBe('OK');
    expect(log).toContain('INFO: Backup job finished successfully');
    const backups = await root.get('/nodes/pve1/storage/nas/content', rows, { content: 'backup', vmid: 105 });
    expect(backups.some((row) => row.notes === 'db-01' && row.format === 'vma.zst')).toBe(true);
  });

  it('shows an operator of one pool its guests, and neither backups nor other pools', async () => {
    const operator = await login(demoAccounts.operator);
    const seen = await operator.get('/cluster/resources', rows, { type: 'vm' });
    const vmids = seen.map((row) => row.vmid);
    // NoAccess on /vms/117 takes that one guest of the pool away again
    const pool = (demo.state.pools.production?.vmids ?? []).filter((vmid) => vmid !== 117);
    expect(vmids).toEqual(expect.arrayContaining(pool));
    expect(vmids).not.toContain(117);
    for (const other of demo.state.pools.lab?.vmids ?? []) expect(vmids).not.toContain(other);
    await expect(operator.call({ method: 'GET', path: '/cluster/backup' })).rejects.toMatchObject({
      code: 'pve-denied',
    });
  });

  it('hides backups from the auditor in content, and shows them in the dry run of pruning', async () => {
    const auditor = await login(demoAccounts.auditor);
    const content = await auditor.get('/nodes/pve1/storage/nas/content', rows);
    expect(content.filter((row) => row.content === 'backup')).toEqual([]);
    const prune = { 'prune-backups': 'keep-all=1' };
    const marks = await auditor.get('/nodes/pve1/storage/nas/prunebackups', rows, prune);
    expect(marks.length).toBeGreaterThan(0);
  });

  it('creates a backup job that then counts as coverage', async () => {
    const root = await login(demoAccounts.root);
    const missing = (): Promise<Record<string, unknown>[]> =>
      root.get('/cluster/backup-info/not-backed-up', rows);
    expect((await missing()).map((row) => row.vmid)).toContain(104);
    const params = { id: 'more', vmid: '104', schedule: '03:00', storage: 'nas', enabled: false };
    await root.call({ method: 'POST', path: '/cluster/backup', params });
    expect((await missing()).map((row) => row.vmid)).not.toContain(104);
  });

  it('maps a device given as a repeated parameter', async () => {
    const root = await login(demoAccounts.root);
    const map = ['node=pve1,path=0000:01:00.0,id=8086:1533', 'node=pve2,path=0000:01:00.0,id=8086:1533'];
    await root.call({ method: 'POST', path: '/cluster/mapping/pci', params: { id: 'nic', map } });
    expect(demo.state.mappings.pci.nic).toHaveLength(2);
  });

  it('names the file that changed underneath a write', async () => {
    const root = await login(demoAccounts.root);
    const params = { digest: 'a'.repeat(40), disable: true };
    await expect(root.call({ method: 'PUT', path: '/storage/nas', params })).rejects.toMatchObject({
      code: 'pve-conflict',
    });
  });
});
