import { createAssistant } from '../chat/assistant.ts';
import { defaultSocket } from '../config/paths.ts';
import type { Settings } from '../config/schema.ts';
import { connect } from '../pve/client/connect.ts';
import { openSession } from '../session/open.ts';
import { version } from '../session/version.ts';
import { createApp } from './app.ts';
import { assistantsBy, withoutAuthority } from './identity.ts';
import { createRunRegistry } from './run-registry.ts';
import { listen } from './server.ts';

export interface AgentOptions {
  readonly settings: Settings;
  /** Folder for the store, credentials and the demo's state. */
  readonly folder: string;
  readonly demo?: boolean;
  readonly socket?: string;
}

export interface Agent {
  readonly socket: string;
  readonly target: string;
  readonly demo: boolean;
  readonly version: string;
  close(): Promise<void>;
}

/** systemd's socket activation passes descriptors from 3 on, for the process that LISTEN_PID names. */
const inheritedSocket = (): number | undefined =>
  process.env.LISTEN_PID === String(process.pid) && Number(process.env.LISTEN_FDS) >= 1 ? 3 : undefined;

/** Starts the agent: one connection of its own, one for each caller who forwards their authority. */
export async function startAgent({ settings, folder, demo = false, socket }: AgentOptions): Promise<Agent> {
  const session = await openSession({ settings, folder, demo });
  const common = {
    database: session.database,
    demo: session.demo,
    version,
    skill: settings.chat.skill,
    taskTimeoutMs: settings.plans.task_timeout_s * 1000,
  };
  const own = createAssistant({ ...common, client: session.client });
  // The demo has nothing to protect, and nobody logs in to it: there the agent's identity is the person's.
  const assistants = assistantsBy(session.demo ? own : withoutAuthority(own), async (auth) => {
    const client = await connect({
      target: session.client.target,
      auth,
      trust: session.trust,
      timeoutMs: settings.pve.timeout_s * 1000,
      maxSockets: 2,
    });
    const onClose = (): Promise<void> => {
      client.close();
      return Promise.resolve();
    };
    return {
      assistant: createAssistant({ ...common, client, onClose }),
      verify: async () => {
        await client.call({ method: 'GET', path: '/version' });
      },
    };
  });
  const runs = createRunRegistry({ maxRunning: settings.agent.max_runs });
  try {
    const server = await listen(
      createApp({ assistants, runs }),
      socket ?? settings.agent.socket ?? defaultSocket(),
      inheritedSocket(),
    );
    return {
      socket: server.socket,
      target: session.client.target,
      demo: session.demo,
      version,
      close: async () => {
        // Runs first: a plan stops between two steps and says so in the ledger before the store closes.
        await runs.close();
        await server.close();
        await assistants.close();
        await session.close();
      },
    };
  } catch (error) {
    await assistants.close();
    await session.close();
    throw error;
  }
}
