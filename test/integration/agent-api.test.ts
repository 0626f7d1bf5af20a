import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type Agent } from '../../agent/src/api/agent.ts';
import { remoteAssistant } from '../../agent/src/api/client.ts';
import { printIdentity } from '../../agent/src/api/identity.ts';
import { routes } from '../../agent/src/api/routes.ts';
import { errorSchema } from '../../agent/src/api/schemas.ts';
import type { RunEvent } from '../../agent/src/chat/events.ts';
import { settingsSchema } from '../../agent/src/config/schema.ts';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';

let folder: string;
let agent: Agent;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxmox-ai-agent-'));
  agent = await startAgent({
    settings: settingsSchema.parse({}),
    folder,
    demo: true,
    socket: join(folder, 'agent.sock'),
  });
});
afterAll(async () => {
  await agent.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly text: string;
}
const http = (
  method: string,
  path: string,
  { body, headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { socketPath: agent.socket, method, path, headers: { host: 'x', ...headers } },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (chunk: string) => (text += chunk));
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
const json = (answer: Answer): unknown => JSON.parse(answer.text);
const collect = async (events: AsyncIterable<RunEvent>): Promise<RunEvent[]> => {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
};
const signal = new AbortController().signal;

describe('the agent on its socket', () => {
  it('opens the socket to owner and group only', () => {
    expect(statSync(agent.socket).mode & 0o777).toBe(0o660);
  });

  it('answers health without asking anybody', async () => {
    expect(
      json(await http('GET', '/health', { headers: { 'x-proxmox-ai-identity': 'junk' } })),
    ).toMatchObject({ ok: true });
  });

  it('describes every route in its OpenAPI document', async () => {
    const document = json(await http('GET', '/openapi.json')) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const { path, method } of routes) expect(Object.keys(document.paths[path] ?? {})).toContain(method);
  });

  it('refuses malformed JSON, a 2 MB body, unknown fields and unknown paths, each with its own sentence', async () => {
    const post = (body: string) =>
      http('POST', '/interpret', { body, headers: { 'content-type': 'application/json' } });
    expect(await post('{"text":')).toMatchObject({
      status: 400,
      text: expect.stringContaining('not JSON') as string,
    });
    expect(await post(JSON.stringify({ text: 'x'.repeat(2 * 1024 * 1024) }))).toMatchObject({
      status: 413,
      text: expect.stringContaining('larger than 256 KiB') as string,
    });
    expect(await post('{"text":"a","sudo":true}')).toMatchObject({
      status: 400,
      text: expect.stringContaining('malformed') as string,
    });
    expect(await post('[1]')).toMatchObject({ status: 400 });
    expect(await http('GET', '/nowhere')).toMatchObject({
      status: 404,
      text: expect.stringMatching(/"code":"usage".*no route GET \/nowhere.*openapi\.json/) as string,
    });
    expect(await http('GET', '/plans/%E0%A4%A')).toMatchObject({
      status: 400,
      text: expect.stringMatching(/"code":"usage".*percent-encoded/) as string,
    });
    // And it still lives.
    expect(await http('GET', '/health')).toMatchObject({ status: 200 });
  });

  it('answers headers that are too large, and bytes that are no HTTP, with an error object', async () => {
    const large = await http('GET', '/health', { headers: { 'x-filler': 'x'.repeat(40_000) } });
    expect(large.status).toBe(431);
    expect(errorSchema.parse(json(large)).error.code).toBe('too-large');
    const raw = await new Promise<string>((resolve, reject) => {
      let text = '';
      createConnection(agent.socket)
        .setEncoding('utf8')
        .on('data', (chunk: string) => (text += chunk))
        .on('close', () => resolve(text))
        .on('error', reject)
        .end('frobnicate\r\n\r\n');
    });
    expect(raw).toMatch(/^HTTP\/1\.1 400 /);
    expect(errorSchema.parse(JSON.parse(raw.split('\r\n\r\n')[1] ?? '')).error.code).toBe('usage');
  });

  it('refuses an identity that is junk, and one that PVE does not know', async () => {
    expect(await http('GET', '/status', { headers: { 'x-proxmox-ai-identity': 'junk' } })).toMatchObject({
      status: 400,
    });
    const forged = printIdentity({
      kind: 'token',
      tokenid: demoAccounts.scanToken.tokenid,
      secret: '00000000-0000-0000-0000-000000000000',
    });
    const answer = await http('GET', '/status', { headers: { 'x-proxmox-ai-identity': forged } });
    expect(answer.status).toBe(401);
    expect(answer.text).not.toContain('00000000-0000');
  });

  it('acts as the caller who forwards a token', async () => {
    const { tokenid, secret } = demoAccounts.scanToken;
    const assistant = await remoteAssistant({
      socket: agent.socket,
      identity: { kind: 'token', tokenid, secret },
    });
    expect((await assistant.status()).userid).toBe(tokenid);
  });

  it('carries a request from text to plan, long-polled and streamed alike', async () => {
    const assistant = await remoteAssistant({ socket: agent.socket });
    const events = await collect(assistant.ask('secure vm 105', { signal }));
    const types = events.map(({ type }) => type);
    expect(types.at(0)).toBe('started');
    expect(types).toContain('findings');
    expect(types).toContain('plan');
    expect(types.at(-1)).toBe('finished');

    const { id } = json(await http('POST', '/runs', { body: JSON.stringify({ text: 'show vm 105' }) })) as {
      id: string;
    };
    const stream = await http('GET', `/runs/${id}/events`, { headers: { accept: 'text/event-stream' } });
    const data = stream.text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => JSON.parse(line.slice(6)) as RunEvent);
    expect(data.at(-1)).toEqual({ type: 'finished' });
    expect(data.some((event) => event.type === 'markdown' && event.delta.includes('db-01'))).toBe(true);
    const tail = json(await http('GET', `/runs/${id}/events?after=${data.length - 1}`)) as {
      events: unknown[];
      ended: boolean;
    };
    expect(tail).toMatchObject({ ended: true, events: [{ n: data.length }] });
  });

  it('tells a failed run as an event and keeps the error code', async () => {
    const assistant = await remoteAssistant({ socket: agent.socket });
    const events = await collect(
      assistant.carryOut({ intent: 'secure', slots: { guests: [999] } }, { signal }),
    );
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'guest-unknown' });
    await expect(assistant.plan('p-nothing')).rejects.toMatchObject({ code: 'plan-unknown' });
  });

  it('refuses to listen where another agent listens, and replaces the socket of a dead one', async () => {
    const settings = settingsSchema.parse({});
    await expect(startAgent({ settings, folder, demo: true, socket: agent.socket })).rejects.toThrow(
      /listens at .* already/,
    );
    const stale = join(folder, 'stale.sock');
    writeFileSync(stale, '');
    const second = await startAgent({ settings, folder, demo: true, socket: stale });
    expect((await (await remoteAssistant({ socket: stale })).status()).demo).toBe(true);
    await second.close();
  });

  it('says that it does not answer when there is no agent', async () => {
    await expect(remoteAssistant({ socket: join(folder, 'none.sock') })).rejects.toMatchObject({
      code: 'agent-unreachable',
    });
  });
});
