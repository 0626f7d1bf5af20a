// What `secure --all` costs as the cluster grows: time, memory and API calls per guest, and each as a ratio to the
// smallest size. The demo cluster runs in this process and the assistant in one of its own, so that each has its own
// memory; both share the machine's cores. Sizes: 100 500 2000, or those given as arguments (10000 takes minutes).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { printJson } from '../../agent/src/cli/json.ts';
import { work } from '../../agent/src/chat/turn.ts';
import { demoAccounts } from '../../agent/src/demo/accounts.ts';
import { startDemo } from '../../agent/src/demo/start.ts';
import { connect } from '../../agent/src/pve/client/connect.ts';
import { readInventory } from '../../agent/src/pve/inventory/read.ts';
import type { PveClient } from '../../agent/src/pve/types.ts';
import { openDatabase } from '../../agent/src/store/open.ts';

const maxNodes = 32;

interface Measured {
  /** Milliseconds. */
  readonly inventory: number;
  readonly check: number;
  readonly print: number;
  readonly calls: number;
  /** Bytes. */
  readonly printed: number;
  readonly rss: number;
}

/** The client, with every call counted. */
function counted(client: PveClient): { readonly client: PveClient; readonly calls: () => number } {
  let calls = 0;
  return {
    calls: () => calls,
    client: {
      ...client,
      call: (call, options) => {
        calls += 1;
        return client.call(call, options);
      },
      get: (path, schema, params, options) => {
        calls += 1;
        return client.get(path, schema, params, options);
      },
    },
  };
}

/** One audit of every guest, as `secure --all --json` carries it out, by a process that does nothing else. */
async function audit(target: string, pem: string): Promise<Measured> {
  const { signal } = new AbortController();
  const { userid, password } = demoAccounts.root;
  const auth = { kind: 'password', userid, password } as const;
  const { client, calls } = counted(await connect({ target, auth, trust: { kind: 'ca', pem }, signal }));
  const started = performance.now();
  const inventory = await readInventory(client, { signal, demo: true });
  const read = performance.now();
  const database = openDatabase(':memory:');
  const options = { client, database, inventory, skill: 'expert', signal, now: () => new Date() } as const;
  const request = { intent: 'secure', slots: { scope: 'cluster' } } as const;
  const { markdown, findings, plan, artefacts } = await work(request, () => undefined, options);
  const checked = performance.now();
  const text = printJson('ask', {
    interpretation: null,
    markdown,
    findings: [...findings],
    plan,
    artefacts: [...artefacts],
    questions: [],
    demo: true,
    target,
  });
  const printed = performance.now();
  client.close();
  database.close();
  return {
    inventory: read - started,
    check: checked - read,
    print: printed - checked,
    calls: calls(),
    printed: Buffer.byteLength(text),
    rss: process.resourceUsage().maxRSS * 1024,
  };
}

/** {@link audit} in a process of its own. */
async function measure(target: string, pem: string): Promise<Measured> {
  const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), 'audit'], {
    env: { ...process.env, BENCH_TARGET: target, BENCH_CA: pem },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error(`The audit ended with ${status}.`);
  return JSON.parse(out) as Measured;
}

async function compare(sizes: readonly number[]): Promise<void> {
  console.log('secure, every guest; time and memory of the assistant, the demo beside it on the same cores');
  let first: { readonly perGuest: number; readonly rss: number } | undefined;
  for (const guests of sizes) {
    const nodes = Math.max(3, Math.min(maxNodes, Math.round(guests / 60)));
    const demo = await startDemo({ guests, nodes });
    try {
      const { inventory, check, print, calls, printed, rss } = await measure(demo.url, demo.caPem);
      const perGuest = (inventory + check + print) / guests;
      first ??= { perGuest, rss };
      console.log(
        [
          `  ${String(guests).padStart(6)} guests on ${nodes} nodes`,
          `inventory ${inventory.toFixed(0)} ms, checks and plan ${check.toFixed(0)} ms, JSON ${print.toFixed(0)} ms`,
          `${perGuest.toFixed(2)} ms, ${(calls / guests).toFixed(2)} calls, ${(printed / guests / 1024).toFixed(1)} KiB of JSON per guest`,
          `${(rss / 2 ** 20).toFixed(0)} MiB at most`,
          `time per guest ${(perGuest / first.perGuest).toFixed(2)} ×, memory ${(rss / first.rss).toFixed(2)} × the first`,
        ].join('; '),
      );
    } finally {
      await demo.close();
    }
  }
}

const { BENCH_TARGET, BENCH_CA } = process.env;
if (process.argv[2] === 'audit' && BENCH_TARGET !== undefined && BENCH_CA !== undefined) {
  console.log(JSON.stringify(await audit(BENCH_TARGET, BENCH_CA)));
} else {
  const given = process.argv.slice(2).map(Number);
  if (!given.every((size) => Number.isInteger(size) && size > 0)) throw new Error('Sizes are whole numbers.');
  await compare(given.length === 0 ? [100, 500, 2000] : given);
}
