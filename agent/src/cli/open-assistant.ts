import { createConnection } from 'node:net';
import type { Assistant } from '../chat/types.ts';
import { defaultSocket, packagedSocket } from '../config/paths.ts';
import type { Settings } from '../config/schema.ts';
import type { GlobalOptions } from './context.ts';

interface OpenOptions {
  readonly settings: Settings;
  readonly folder: string;
  readonly options: GlobalOptions;
  readonly signal: AbortSignal;
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = createConnection({ path: socket, timeout: 500 });
    const end = (reached: boolean) => (): void => {
      connection.destroy();
      resolve(reached);
    };
    connection.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

/** The socket of a running agent; undefined when none runs, or the command was told not to use one. */
export async function reachAgent(
  settings: Settings,
  options: Pick<GlobalOptions, 'agent' | 'socket' | 'demo'>,
): Promise<string | undefined> {
  if (options.socket !== undefined) return options.socket;
  if (!options.agent || options.demo) return undefined;
  for (const socket of new Set([settings.agent.socket ?? defaultSocket(), packagedSocket])) {
    if (await answers(socket)) return socket;
  }
  return undefined;
}

/**
 * The assistant behind the agent's socket when an agent runs, the same code in this process otherwise. A socket named
 * with `--socket` has to answer: `agent-unreachable` otherwise.
 */
export async function openAssistant({ settings, folder, options, signal }: OpenOptions): Promise<Assistant> {
  const socket = await reachAgent(settings, options);
  if (socket !== undefined) {
    const { remoteAssistant } = await import('../api/client.ts');
    return remoteAssistant({ socket, signal });
  }
  const { openLocalAssistant } = await import('../session/local.ts');
  return openLocalAssistant({ settings, folder, demo: options.demo, signal });
}
