import { parseArgs } from 'node:util';
import { ProxmoxAiError } from '../errors.ts';
import { demoAccounts } from './accounts.ts';
import { startDemo } from './start.ts';
import type { DemoCluster, DemoOptions } from './start.ts';

const usage = `Runs the demo cluster on its own until it is stopped.

  --port N         listen on this port of 127.0.0.1 (default 8006, 0: a free one)
  --seed N         which cluster (default 1)
  --nodes N        number of nodes
  --guests N       number of guests
  --state-dir DIR  keep the cluster and its certificates there
  --help           this text
`;

const whole = (name: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) {
    throw new ProxmoxAiError('usage', `--${name} takes a whole number, not '${text}'.`, {
      hint: 'See --help.',
    });
  }
  return Number(text);
};

const readOptions = (argv: readonly string[]): DemoOptions | 'help' => {
  const text = { type: 'string' } as const;
  const parsed = (() => {
    try {
      return parseArgs({
        args: [...argv],
        options: {
          port: text,
          seed: text,
          nodes: text,
          guests: text,
          'state-dir': text,
          help: { type: 'boolean' },
        },
      });
    } catch (cause) {
      throw new ProxmoxAiError('usage', cause instanceof Error ? cause.message : String(cause), {
        hint: 'See --help.',
        cause,
      });
    }
  })();
  const { values } = parsed;
  if (values.help) return 'help';
  const numbers = { seed: values.seed, nodes: values.nodes, guests: values.guests };
  const given = Object.entries(numbers).flatMap(([name, value]) => {
    const number = whole(name, value);
    return number === undefined ? [] : [[name, number] as const];
  });
  const stateDir = values['state-dir'];
  return {
    port: whole('port', values.port) ?? 8006,
    ...Object.fromEntries(given),
    ...(stateDir === undefined ? {} : { stateDir }),
  };
};

const describe = ({ url, fingerprint, state }: DemoCluster): string => {
  const { root, auditor, operator, developer, secured, scanToken } = demoAccounts;
  const logins = [root, auditor, operator, developer].map(
    ({ userid, password }) => `  ${userid.padEnd(16)} ${password}`,
  );
  return [
    `Demo cluster '${state.clusterName}': ${Object.keys(state.nodes).length} nodes, ${Object.keys(state.guests).length} guests. No real machine is behind it.`,
    `URL          ${url}`,
    `Fingerprint  ${fingerprint}`,
    'Logins',
    ...logins,
    `  ${secured.userid.padEnd(16)} ${secured.password}  (TOTP secret ${secured.totp})`,
    `Token        ${scanToken.tokenid}=${scanToken.secret}`,
    'Stop it with Ctrl-C.',
    '',
  ].join('\n');
};

const run = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(usage);
    return;
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const demo = await startDemo(options);
  process.stdout.write(describe(demo));
  await stopped;
  await demo.close();
};

run().catch((error: unknown) => {
  const hint = error instanceof ProxmoxAiError && error.hint !== undefined ? `\n${error.hint}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
  process.exitCode = error instanceof ProxmoxAiError && error.code === 'usage' ? 2 : 1;
});
