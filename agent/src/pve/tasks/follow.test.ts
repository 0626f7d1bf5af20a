import { describe, expect, test } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import { scriptedClient } from '../client/scripted-client.fixture.ts';
import { followTask } from './follow.ts';

const upid = 'UPID:pve1:0000C530:001C9BEC:5E45C2A1:qmstart:105:root@pam:';
const lost = (): never => {
  throw new ProxmoxAiError('pve-unreachable', 'gone', { fields: { passing: true } });
};

/** A task whose log grows by the given pages, one each poll; after the last it has stopped. */
function task(pages: readonly (readonly string[])[], exitstatus: string | undefined) {
  let polls = 0;
  const starts: unknown[] = [];
  const client = scriptedClient({
    status: () => {
      polls += 1;
      return polls < pages.length ? { status: 'running' } : { status: 'stopped', exitstatus };
    },
    log: ({ start = 0, limit = 50 }) => {
      starts.push(start);
      const all = pages.slice(0, polls).flat();
      if (all.length === 0) return [{ n: 1, t: 'no content' }];
      return all
        .slice(Number(start), Number(start) + Number(limit))
        .map((t, n) => ({ n: Number(start) + n + 1, t }));
    },
  });
  return { client, starts };
}

describe('followTask', () => {
  test('streams every log line once and ends with OK', async () => {
    const { client, starts } = task([[], ['a', 'b'], [], ['c', 'TASK OK']], 'OK');
    const lines: string[] = [];
    await expect(followTask(client, upid, { pollMs: 1, onLog: (line) => lines.push(line) })).resolves.toEqual(
      {
        exitstatus: 'OK',
        warnings: 0,
      },
    );
    expect(lines).toEqual(['a', 'b', 'c', 'TASK OK']);
    expect(starts).toEqual([0, 0, 2, 2]);
    expect(client.paths[0]).toBe(`/nodes/pve1/tasks/${encodeURIComponent(upid)}/status`);
  });

  test('reads a long log page by page', async () => {
    const long = Array.from({ length: 1203 }, (_, n) => `line ${n}`);
    const lines: string[] = [];
    await followTask(task([long], 'OK').client, upid, { onLog: (line) => lines.push(line) });
    expect(lines).toEqual(long);
  });

  test('counts warnings', async () => {
    await expect(followTask(task([['x']], 'WARNINGS: 3').client, upid)).resolves.toEqual({
      exitstatus: 'WARNINGS: 3',
      warnings: 3,
    });
  });

  test.each(['start failed: QEMU exited with code 1', 'unexpected status', undefined])(
    'the end %j is a failure with the last lines of the log',
    async (exitstatus) => {
      const log = Array.from({ length: 50 }, (_, n) => `line ${n}`);
      await expect(followTask(task([log], exitstatus).client, upid)).rejects.toMatchObject({
        code: 'task-failed',
        fields: { upid, exitstatus: exitstatus ?? 'it ended without a status', log: log.slice(-20) },
      });
    },
  );

  test('outlives short losses of the connection without repeating lines', async () => {
    const { client } = task([['a'], ['b'], ['c']], 'OK');
    let calls = 0;
    const flaky = scriptedClient({
      '': (params, path) => {
        calls += 1;
        return calls % 3 === 0 ? lost() : client.answer(path, params);
      },
    });
    const lines: string[] = [];
    await expect(
      followTask(flaky, upid, { pollMs: 1, onLog: (line) => lines.push(line) }),
    ).resolves.toMatchObject({
      exitstatus: 'OK',
    });
    expect(lines).toEqual(['a', 'b', 'c']);
  });

  test('gives up on a connection that stays lost, and at once on a refusal', async () => {
    const client = scriptedClient({ '': lost });
    await expect(followTask(client, upid, { pollMs: 1 })).rejects.toMatchObject({ code: 'pve-unreachable' });
    expect(client.paths).toHaveLength(6);
    const denied = scriptedClient({
      '': () => {
        throw new ProxmoxAiError('pve-denied', 'no');
      },
    });
    await expect(followTask(denied, upid, { pollMs: 1 })).rejects.toMatchObject({ code: 'pve-denied' });
    expect(denied.paths).toHaveLength(1);
  });

  test('a task that does not end in time goes on in PVE: nothing but GETs was sent', async () => {
    const client = scriptedClient({ status: () => ({ status: 'running' }), log: () => [] });
    await expect(followTask(client, upid, { pollMs: 1, timeoutMs: 20 })).rejects.toMatchObject({
      code: 'task-timeout',
      hint: expect.stringContaining('goes on in PVE') as string,
    });
    expect(new Set(client.methods)).toEqual(new Set(['GET']));
  });

  test('an abort stops the following and not the task', async () => {
    const stop = new AbortController();
    const client = scriptedClient({
      status: () => {
        stop.abort();
        return { status: 'running' };
      },
      log: () => [],
    });
    await expect(followTask(client, upid, { pollMs: 60_000, signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
      fields: { upid },
    });
    expect(new Set(client.methods)).toEqual(new Set(['GET']));
  });

  test('a text that is no UPID is refused before anything is sent', async () => {
    const client = scriptedClient({});
    await expect(followTask(client, 'null')).rejects.toMatchObject({ code: 'pve-protocol' });
    expect(client.paths).toEqual([]);
  });
});
