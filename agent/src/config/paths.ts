import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const base = (environment: Environment, variable: string, fallback: string): string =>
  join(environment[variable] ?? join(environment.HOME ?? homedir(), fallback), 'proxmox-ai');

/** Configuration files in the order in which they are looked for: the user's own, then the packaged agent's. */
export const configCandidates = (environment: Environment = process.env): readonly string[] => [
  userConfigFile(environment),
  '/etc/proxmox-ai/agent.toml',
];

/** Where `proxmox-ai login` writes. */
export const userConfigFile = (environment: Environment = process.env): string =>
  join(base(environment, 'XDG_CONFIG_HOME', '.config'), 'agent.toml');

/** Folder for the store, credentials, chat history and the demo cluster's state (0700). */
export const stateFolder = (environment: Environment = process.env): string =>
  environment.PROXMOX_AI_STATE_DIR ??
  environment.STATE_DIRECTORY ??
  base(environment, 'XDG_STATE_HOME', '.local/state');

/** The agent's socket when the configuration names none: the packaged one, or one of this user. */
export function defaultSocket(environment: Environment = process.env): string {
  if (environment.RUNTIME_DIRECTORY !== undefined) return join(environment.RUNTIME_DIRECTORY, 'agent.sock');
  const runtime = environment.XDG_RUNTIME_DIR;
  return runtime === undefined
    ? join(stateFolder(environment), `agent-${userInfo().uid}.sock`)
    : join(runtime, 'proxmox-ai', 'agent.sock');
}

/** The packaged agent's socket (debian/, tmpfiles.d). */
export const packagedSocket = '/run/proxmox-ai/agent.sock';
