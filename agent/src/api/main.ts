import { loadSettings } from '../config/load.ts';
import { stateFolder } from '../config/paths.ts';
import { toError } from '../errors.ts';
import { startAgent } from './agent.ts';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

try {
  const { settings } = loadSettings();
  const agent = await startAgent({ settings, folder: stateFolder(), demo: process.argv.includes('--demo') });
  say(
    `proxmox-ai-agent ${agent.version} listens at ${agent.socket} (${agent.demo ? 'demo cluster' : agent.target})`,
  );
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    say(`${signal}: finishing what runs…`);
    agent.close().then(
      () => say('Stopped.'),
      (thrown: unknown) => {
        say(`proxmox-ai-agent: it did not stop cleanly: ${toError(thrown).message}`);
        // What failed to close may keep the process alive, and systemd waiting.
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (thrown) {
  const { message, hint } = toError(thrown);
  say(`proxmox-ai-agent: ${message}${hint === undefined ? '' : ` ${hint}`}`);
  process.exitCode = 1;
}
