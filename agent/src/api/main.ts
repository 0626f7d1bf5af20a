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
    void agent.close().then(() => say('Stopped.'));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
} catch (thrown) {
  const { message, hint } = toError(thrown);
  say(`proxmox-ai-agent: ${message}${hint === undefined ? '' : ` ${hint}`}`);
  process.exitCode = 1;
}
