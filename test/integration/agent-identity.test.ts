import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAgent, type Agent } from '../../agent/src/api/agent.ts';
import { remoteAssistant } from '../../agent/src/api/client.ts';
import { assistantsBy, identityHeader, printIdentity, type Identity } from '../../agent/src/api/identity.ts';
import type { RunEvent } from '../../agent/src/chat/events.ts';
import type { Assistant } from '../../agent/src/chat/types.ts';
import { settingsSchema } from '../../agent/src/config/schema.ts';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo, type DemoCluster } from '../../agent/src/demo/start.ts';
import type { Ticket } from '../../agent/src/pve/client/login.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';

let folder: string;
let cluster: DemoCluster;
let agent: Agent;
const identities: Partial<Record<'root' | 'developer' | 'auditor', Extract<Identity, { kind: 'ticket' }>>> =
  {};

async function ticketOf(
  name: 'root' | 'developer' | 'auditor',
): Promise<Extract<Identity, { kind: 'ticket' }>> {
  const { userid, password } = demoAccounts[name];
  let ticket: Ticket | undefined;
  const client = await connect({
    target: cluster.url,
    auth: { kind: 'password', userid, password },
    trust: { kind: 'fingerprint', sha256: cluster.fingerprint },
    onTicket: (fresh) => {
      ticket = fresh;
    },
  });
  client.close();
  if (ticket === undefined) throw new Error('the login gave no ticket');
  return { kind: 'ticket', userid, ...ticket };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxmox-ai-identity-'));
  cluster = await startDemo({ seed: 3, speed: 100 });
  const { tokenid, secret } = demoAccounts.scanToken;
  writeFileSync(join(folder, 'secret'), secret, { mode: 0o600 });
  agent = await startAgent({
    settings: settingsSchema.parse({
      pve: {
        url: cluster.url,
        fingerprint: cluster.fingerprint,
        token_id: tokenid,
        token_secret_file: join(folder, 'secret'),
      },
    }),
    folder,
    socket: join(folder, 'agent.sock'),
  });
  for (const name of ['root', 'developer', 'auditor'] as const) identities[name] = await ticketOf(name);
});
afterAll(async () => {
  await agent.close();
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

const as = (name: keyof typeof identities): Promise<Assistant> => {
  const identity = identities[name];
  return remoteAssistant({ socket: agent.socket, ...(identity && { identity }) });
};
const signal = new AbortController().signal;
async function planBy(assistant: Assistant): Promise<string> {
  const events: RunEvent[] = [];
  for await (const event of assistant.carryOut({ intent: 'secure', slots: { guests: [105] } }, { signal }))
    events.push(event);
  const made = events.find((event) => event.type === 'plan');
  if (made?.type !== 'plan') throw new Error(`no plan: ${JSON.stringify(events.at(-1))}`);
  return made.plan.id;
}
const status = (header: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request(
      { socketPath: agent.socket, path: '/status', headers: { host: 'x', [identityHeader]: header } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      },
    )
      .on('error', reject)
      .end();
  });

describe('an agent of a real cluster', () => {
  it('acts under the name that PVE vouches for, not under the one that is claimed', async () => {
    const { developer } = identities;
    if (developer === undefined) throw new Error('no ticket');
    expect(await status(printIdentity(developer))).toBe(200);
    expect(await status(printIdentity({ ...developer, userid: 'root@pam' }))).toBe(400);
    const renamed = developer.ticket.replace('developer@pve', 'root@pam');
    expect(await status(printIdentity({ ...developer, userid: 'root@pam', ticket: renamed }))).toBe(401);
  });

  it('reads for whoever may open the socket, and decides nothing in its own name', async () => {
    const own = await remoteAssistant({ socket: agent.socket });
    expect(own.userid).toBe(demoAccounts.scanToken.tokenid);
    const plan = await planBy(own);
    await expect(own.approve(plan, {})).rejects.toMatchObject({ code: 'not-approved' });
    await expect(own.reject(plan, '')).rejects.toMatchObject({ code: 'not-approved' });
    const events: RunEvent[] = [];
    for await (const event of own.apply(plan, { signal })) events.push(event);
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'not-approved' });
  });

  it('shows plans and ledger to those who may read the cluster, and to nobody else', async () => {
    const root = await as('root');
    const plan = await planBy(root);
    const auditor = await as('auditor');
    expect((await auditor.plan(plan)).plan.createdBy).toBe('root@pam');
    expect((await auditor.ledger({ limit: 10 })).length).toBeGreaterThan(0);
    await expect(auditor.reject(plan, 'no')).rejects.toMatchObject({ code: 'pve-denied' });

    const developer = await as('developer');
    await expect(developer.plan(plan)).rejects.toMatchObject({ code: 'plan-unknown' });
    await expect(developer.planDiff(plan)).rejects.toMatchObject({ code: 'plan-unknown' });
    await expect(developer.approve(plan, {})).rejects.toMatchObject({ code: 'plan-unknown' });
    await expect(developer.reject(plan, 'no')).rejects.toMatchObject({ code: 'plan-unknown' });
    await expect(developer.ledger({})).rejects.toMatchObject({ code: 'pve-denied' });
    expect(await developer.plans({})).toEqual([]);
  });

  it('carries a plan out with the rights and under the name of the person who approved it', async () => {
    const root = await as('root');
    const plan = await planBy(root);
    expect((await root.approve(plan, {})).approvedBy).toBe('root@pam');
    for await (const event of root.apply(plan, { signal })) expect(event.type).not.toBe('failed');
    expect((await root.plan(plan)).status).toBe('done');
    const acted = (await root.ledger({ planId: plan })).filter(({ kind }) => kind === 'step-done');
    expect(new Set(acted.map(({ actor }) => actor))).toEqual(new Set(['root@pam']));
  });
});

describe('forwarded identities', () => {
  it('are verified again after a minute, and forgotten when PVE no longer takes them', async () => {
    let now = 0;
    let good = true;
    let opened = 0;
    const assistant = { close: () => Promise.resolve() } as Assistant;
    const assistants = assistantsBy(
      assistant,
      () => {
        opened++;
        return Promise.resolve({
          assistant,
          verify: () => (good ? Promise.resolve() : Promise.reject(new Error('disabled'))),
        });
      },
      { now: () => now },
    );
    const header = printIdentity({ kind: 'token', tokenid: 'a@pve!b', secret: 's' });
    await assistants.of(header);
    good = false;
    await assistants.of(header);
    now += 61_000;
    await expect(assistants.of(header)).rejects.toThrow('disabled');
    good = true;
    await assistants.of(header);
    expect(opened).toBe(2);
    await assistants.close();
  });
});
