import { createConnection } from 'node:net';
import type { Identity } from '../api/identity.ts';
import type { Assistant } from '../chat/types.ts';
import { credentialsFile, readCredentials } from '../session/credentials.ts';
import { readTokenSecret } from '../session/token-secret.ts';
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

/** The caller's own login for the agent's cluster, which the agent is to act with; undefined when there is none. */
function identityFor(target: string, { settings, folder }: OpenOptions): Identity | undefined {
  if (settings.pve.url !== target) return undefined;
  const { token_id: tokenid, token_secret_file: file } = settings.pve;
  if (tokenid !== undefined && file !== undefined) {
    return { kind: 'token', tokenid, secret: readTokenSecret(file) };
  }
  return readCredentials(target, credentialsFile(folder))?.auth;
}

/**
 * The assistant behind the agent's socket, acting with the caller's own login, when an agent serves the cluster that
 * this command is configured for (or both are on the demo); the same code in this process otherwise. A socket named
 * with `--socket` is used whatever it serves, and has to answer: `agent-unreachable` otherwise.
 */
export async function openAssistant(open: OpenOptions): Promise<Assistant> {
  const { settings, options, signal } = open;
  const socket = await reachAgent(settings, options);
  if (socket !== undefined) {
    const { agentHealth, remoteAssistant } = await import('../api/client.ts');
    const { target, demo } = await agentHealth({ socket, signal });
    const fits =
      options.socket !== undefined || (settings.pve.url === undefined ? demo : settings.pve.url === target);
    if (fits) {
      const identity = demo ? undefined : identityFor(target, open);
      return remoteAssistant({ socket, signal, ...(identity === undefined ? {} : { identity }) });
    }
  }
  const { openLocalAssistant } = await import('../session/local.ts');
  return openLocalAssistant({ settings, folder: open.folder, demo: options.demo, signal });
}
