import type { DemoEndpoint } from '../endpoint.ts';
import type { AgentState, GuestState } from '../state.ts';
import { agentCommands } from './agent-commands.ts';
import { agentMemory, guestFile, runningAgent, type ExecResult } from './agent.ts';
import { guestEndpoint, type GuestHandler } from './lookup.ts';
import { flag, integer, textOrEmpty, text } from '../params.ts';
import { die, refuseParams } from '../refuse.ts';

/** Largest piece of a file that PVE reads through the agent. */
const maxRead = 16 * 2 ** 20;

const runCommand =
  (name: string): GuestHandler =>
  (context, guest) => {
    const agent = runningAgent(guest);
    const command = agentCommands[name];
    if (!command) refuseParams({ command: `value '${name}' does not have a value in the enumeration` });
    return { result: command.answer({ context, guest, agent }) };
  };

/** The programs that the demo's guests have; each answer follows from the agent's own data. */
function execute(agent: AgentState, [program = '', ...args]: readonly string[]): ExecResult | undefined {
  const name = program.split('/').at(-1) ?? '';
  const line = [name, ...args].join(' ');
  if (agent.osinfo.id === 'mswindows')
    return line === 'hostname' ? { exitcode: 0, out: `${agent.hostname}\r\n` } : undefined;
  const output: Readonly<Record<string, string>> = {
    hostname: `${agent.hostname}\n`,
    'uname -r': `${agent.osinfo['kernel-release'] ?? ''}\n`,
    whoami: 'root\n',
    true: '',
  };
  const known = output[line];
  if (known !== undefined) return { exitcode: 0, out: known };
  if (name === 'cat' && args.length === 1) {
    const content = guestFile(agent, args[0] ?? '');
    return content === undefined ? { exitcode: 1, out: '' } : { exitcode: 0, out: content };
  }
  return undefined;
}

const commandLine = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];

function exec(guest: GuestState, command: readonly string[]): { pid: number } {
  const agent = runningAgent(guest);
  const result = execute(agent, command);
  if (!result) {
    die(
      `Agent error: Guest agent command failed, error was 'Failed to execute child process "${command[0] ?? ''}" (No such file or directory)'`,
    );
  }
  const memory = agentMemory(guest);
  const pid = memory.nextPid;
  memory.nextPid += 1;
  memory.results.set(pid, result);
  return { pid };
}

/** As the agent: the result of a process can be read once. */
function execStatus(guest: GuestState, pid: number): Record<string, unknown> {
  runningAgent(guest);
  const { results } = agentMemory(guest);
  const result = results.get(pid);
  if (!result) die(`Agent error: PID ${pid} does not exist`);
  results.delete(pid);
  return { exited: 1, exitcode: result.exitcode, ...(result.out !== '' && { 'out-data': result.out }) };
}

const fileRead: GuestHandler = ({ params }, guest) => {
  const path = textOrEmpty(params, 'file');
  const content = guestFile(runningAgent(guest), path);
  if (content === undefined) {
    die(`Agent error: failed to open file '${path}' (mode: 'r'): No such file or directory`);
  }
  const bytes = Buffer.from(content, 'utf8');
  const offset = integer(params, 'offset') ?? 0;
  const part = bytes.subarray(offset, offset + (integer(params, 'count') ?? maxRead));
  const decode = params.decode === undefined || flag(params, 'decode');
  return {
    content: part.toString(decode ? 'utf8' : 'base64'),
    'bytes-read': part.length,
    ...(offset + part.length < bytes.length && { truncated: 1 }),
  };
};

const listed = [...Object.keys(agentCommands), 'exec', 'exec-status', 'file-read'].sort();

/** The guest agent of VMs. */
export const agentEndpoints: readonly DemoEndpoint[] = [
  guestEndpoint('qemu', 'GET', '/agent', () => listed.map((name) => ({ name }))),
  guestEndpoint('qemu', 'POST', '/agent', (context, guest) =>
    runCommand(textOrEmpty(context.params, 'command'))(context, guest),
  ),
  ...Object.entries(agentCommands).map(([name, { method }]) =>
    guestEndpoint('qemu', method, `/agent/${name}`, runCommand(name)),
  ),
  guestEndpoint('qemu', 'POST', '/agent/exec', ({ params }, guest) => {
    if (text(params, 'command') === undefined && text(params, 'input-data') === undefined) {
      die('command or input-data (or both) required');
    }
    return exec(guest, commandLine(params.command));
  }),
  guestEndpoint('qemu', 'GET', '/agent/exec-status', ({ params }, guest) =>
    execStatus(guest, integer(params, 'pid') ?? 0),
  ),
  guestEndpoint('qemu', 'GET', '/agent/file-read', fileRead),
];
