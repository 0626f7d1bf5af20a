/**
 * A process of its own that runs a plan, for tests that kill it. Takes its task as JSON in the first argument and
 * tells on stdout, a line of JSON each: plan events, `hanging` when it waits for ever in the middle of a call, and the
 * end.
 */
import { z } from 'zod';
import { toError } from '../../agent/src/errors.ts';
import { executePlan, resumePlan } from '../../agent/src/plans/execute.ts';
import { appendLedger } from '../../agent/src/plans/ledger.ts';
import { rollbackPlan } from '../../agent/src/plans/rollback.ts';
import { fakeCluster } from '../../agent/src/plans/testing/fake-cluster.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import { openDatabase } from '../../agent/src/store/open.ts';

const taskSchema = z.object({
  database: z.string(),
  action: z.enum(['execute', 'resume', 'rollback', 'note']),
  planId: z.string().default(''),
  count: z.number().default(0),
  fake: z
    .object({
      file: z.string(),
      /** Waits for ever in the write to this path, before or after it is carried out. */
      hang: z.object({ path: z.string(), moment: z.enum(['before', 'after']) }).optional(),
    })
    .optional(),
  demo: z
    .object({ target: z.string(), caPem: z.string(), userid: z.string(), password: z.string() })
    .optional(),
});
export type WorkerTask = z.input<typeof taskSchema>;

const say = (line: unknown): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

async function clientFor({ fake, demo }: z.infer<typeof taskSchema>): Promise<PveClient> {
  if (demo !== undefined) {
    const { target, caPem, userid, password } = demo;
    return connect({
      target,
      auth: { kind: 'password', userid, password },
      trust: { kind: 'ca', pem: caPem },
    });
  }
  const cluster = fakeCluster({}, fake?.file);
  if (fake?.hang !== undefined) {
    const { path, moment } = fake.hang;
    cluster[moment] = async (call) => {
      if (call.method === 'GET' || !call.path.includes(path)) return;
      say({ type: 'hanging' });
      await new Promise(() => setInterval(() => undefined, 1000));
    };
  }
  return cluster.client();
}

async function main(): Promise<void> {
  const task = taskSchema.parse(JSON.parse(process.argv[2] ?? ''));
  const database = openDatabase(task.database);
  if (task.action === 'note') {
    for (let n = 0; n < task.count; n += 1) {
      appendLedger(database, {
        kind: 'note',
        at: new Date(),
        actor: 'root@pam',
        data: { pid: process.pid, n },
      });
    }
    say({ type: 'end', status: 'noted' });
    return;
  }
  const client = await clientFor(task);
  const run = { execute: executePlan, resume: resumePlan, rollback: rollbackPlan }[task.action];
  const { status } = await run({
    database,
    planId: task.planId,
    client,
    settleMs: 100,
    taskPollMs: 20,
    onEvent: say,
  });
  client.close();
  say({ type: 'end', status });
}

await main().catch((thrown: unknown) =>
  say({ type: 'end', code: toError(thrown).code, message: toError(thrown).message }),
);
