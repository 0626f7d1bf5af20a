import { Command, Option } from 'commander';
import { severitySchema, skillSchema } from '../capabilities/types.ts';
import { planStatusSchema } from '../plans/types.ts';
import { version } from '../session/version.ts';
import type { Io } from './io.ts';
import { runCommand, type Work } from './run-command.ts';

const exitCodeHelp = `
Exit codes: 0 fine; 1 findings at or above --fail-on, or a ledger that does not verify; 2 usage, or not understood;
            3 PVE or the agent not reachable; 4 denied, or not approved; 5 it was tried and did not work.`;

const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ proxmox-ai ${line}`).join('\n')}\n`;

/** The `proxmox-ai` command line. Commands are loaded when they run, so that a cold start reads only what it needs. */
export function createProgram(
  io: Io,
  /** False when misuse is reported as JSON instead. */
  { printUsageErrors }: { readonly printUsageErrors: boolean },
): Command {
  const program = new Command('proxmox-ai')
    .description(
      'An AI operations assistant for Proxmox VE. It reads freely and changes nothing without an approved plan.',
    )
    .version(version)
    .option('--json', 'print the answer as JSON (see `proxmox-ai schema`)')
    .option('--demo', 'use the embedded demo cluster, even when a real one is configured')
    .option('--socket <path>', 'socket of the agent to talk to')
    .option('--no-agent', 'do the work in this process even when an agent runs')
    .addOption(new Option('--skill <level>', 'how much is explained').choices(skillSchema.options))
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => {
        if (printUsageErrors) io.stderr.write(text);
      },
    })
    .exitOverride()
    .showHelpAfterError('(add --help for the options)')
    .addHelpText('after', exitCodeHelp)
    .addHelpText(
      'after',
      examples('chat', 'secure 105', 'ask "is db-01 secure?"', 'plan show p-', 'login https://pve1:8006'),
    );

  /** Adds a command whose module is loaded when it runs. */
  const add = (
    parent: Command,
    usage: string,
    description: string,
    examplesOf: readonly string[],
    load: (command: Command) => Promise<Work>,
    shape: (command: Command) => Command = (command) => command,
  ): void => {
    const command: Command = shape(
      parent
        .command(usage)
        .description(description)
        .addHelpText('after', examples(...examplesOf)),
    );
    command.action(async () => runCommand(command, io, async (context) => (await load(command))(context)));
  };

  add(program, 'chat', 'talk with the assistant', ['chat', '--demo chat'], async () =>
    (await import('./commands/chat.ts')).chat(),
  );
  add(
    program,
    'ask <text...>',
    'ask or order one thing in free text',
    ['ask secure vm 105', 'ask "show all guests" --json'],
    async (command) => (await import('./commands/ask.ts')).ask(command.args.join(' ')),
  );
  add(
    program,
    'interpret [text...]',
    'print how a text is understood, without doing anything',
    ['interpret "restart web-01"', 'interpret --batch < requests.jsonl'],
    async (command) =>
      (await import('./commands/interpret.ts')).interpretText(command.args.join(' '), command.opts()),
    (command) =>
      command
        .option('--batch', 'read one JSON object a line ({"text": …, "context": …}) and write one a line')
        .option('--guest <vmid>', 'the selected guest'),
  );
  add(
    program,
    'secure [guests...]',
    'find security weaknesses and plan their repair',
    ['secure 105', 'secure db-01 web-01', 'secure --all --json --fail-on high', 'secure tag:prod'],
    async (command) => (await import('./commands/secure.ts')).secureGuests(command.args, command.opts()),
    (command) =>
      command
        .option('--all', 'every guest')
        .option('--node <name>', 'every guest of a node')
        .addOption(
          new Option(
            '--fail-on <severity>',
            'exit with 1 when there is a finding of this severity or worse',
          ).choices(severitySchema.options),
        ),
  );

  const plan = program.command('plan').description('look at, approve, apply and roll back plans');
  const byId = (command: Command): Command =>
    command.argument('<id>', 'id of a plan, or the beginning of one');
  add(
    plan,
    'list',
    'list plans, newest first',
    ['plan list', 'plan list --status pending'],
    async (command) => (await import('./commands/plan.ts')).listPlans(command.opts()),
    (command) =>
      command
        .addOption(
          new Option('--status <status>', 'only plans of this status').choices(planStatusSchema.options),
        )
        .option('--limit <n>', 'how many', '20'),
  );
  add(
    plan,
    'show',
    'show a plan as a diff, and what became of it',
    ['plan show p-4k2m'],
    async (command) => (await import('./commands/plan.ts')).showPlan(command.args[0] ?? ''),
    byId,
  );
  add(
    plan,
    'approve',
    'approve a plan: from then on it can be applied, by you',
    ['plan approve p-4k2m', 'plan approve p-4k2m --yes'],
    async (command) =>
      (await import('./commands/plan.ts')).approvePlan(command.args[0] ?? '', command.opts()),
    (command) =>
      byId(command)
        .option('--yes', 'do not ask (destructive steps still need --typed)')
        .option(
          '--typed <object=name...>',
          'name of a guest that a destructive step is about, as qemu/105=db-01',
        ),
  );
  add(
    plan,
    'reject',
    'turn a plan down',
    ['plan reject p-4k2m --reason "not today"'],
    async (command) => (await import('./commands/plan.ts')).rejectPlan(command.args[0] ?? '', command.opts()),
    (command) => byId(command).option('--reason <text>', 'why', ''),
  );
  add(
    plan,
    'apply',
    'carry out an approved plan; go on with a failed or interrupted one',
    ['plan apply p-4k2m'],
    async (command) => (await import('./commands/plan.ts')).applyPlan(command.args[0] ?? ''),
    byId,
  );
  add(
    plan,
    'rollback',
    'take back what a plan did, last step first',
    ['plan rollback p-4k2m'],
    async (command) =>
      (await import('./commands/plan.ts')).rollbackPlan(command.args[0] ?? '', command.opts()),
    (command) =>
      byId(command)
        .option('--accept-irreversible', 'undo the others when some steps cannot be undone')
        .option('--typed <object=name...>', 'name of a guest whose data undoing removes'),
  );

  const audit = program.command('audit').description('the ledger of what was planned, approved and done');
  add(
    audit,
    'list',
    'list ledger entries, newest last',
    ['audit list', 'audit list --plan p-4k2m --json'],
    async (command) => (await import('./commands/audit.ts')).listAudit(command.opts()),
    (command) => command.option('--plan <id>', 'only this plan').option('--limit <n>', 'how many', '50'),
  );
  add(audit, 'verify', 'check the hash chain of the ledger', ['audit verify'], async () =>
    (await import('./commands/audit.ts')).verifyAudit(),
  );

  add(program, 'status', 'show what the assistant is connected to', ['status', 'status --json'], async () =>
    (await import('./commands/status.ts')).status(),
  );
  add(
    program,
    'doctor',
    'find out what is wrong with the installation and how to mend it',
    ['doctor', 'doctor --config'],
    async (command) => (await import('./commands/doctor.ts')).doctor(command.opts()),
    (command) => command.option('--config', 'print every setting, its default and its environment variable'),
  );
  add(
    program,
    'login <url>',
    'log in to a cluster: https://HOST:8006',
    [
      'login https://pve1:8006',
      'login https://pve1:8006 --user alice@pve',
      'login https://pve1:8006 --token ops@pve!ai --secret-file secret',
    ],
    async (command) => (await import('./commands/login.ts')).login(command.args[0] ?? '', command.opts()),
    (command) =>
      command
        .option('--user <user@realm>', 'PVE user')
        .option('--token <user@realm!name>', 'API token instead of a password')
        .option('--secret-file <file>', 'file with the token’s secret, or the password')
        .option('--fingerprint <sha256>', 'fingerprint to trust without asking')
        .option('--totp <code>', 'code of the second factor'),
  );
  add(program, 'logout', 'forget the login', ['logout'], async () =>
    (await import('./commands/login.ts')).logout(),
  );
  add(
    program,
    'demo',
    'run the demo cluster until Ctrl-C, for clients of your own',
    ['demo', 'demo --pmxcfs /tmp/etc-pve'],
    async (command) => (await import('./commands/demo.ts')).demo(command.opts()),
    (command) =>
      command.option('--pmxcfs <folder>', 'write the cluster as files, as /etc/pve would show it, and end'),
  );
  add(
    program,
    'schema [command...]',
    'print the JSON schema of a command’s --json output',
    ['schema ask', 'schema plan show'],
    async (command) => (await import('./commands/schema.ts')).schema(command.args.join(' ')),
  );
  add(
    program,
    'completion <shell>',
    'print a completion script for bash, zsh or fish',
    ['completion bash > /etc/bash_completion.d/proxmox-ai'],
    async (command) => (await import('./commands/completion.ts')).completion(command.args[0] ?? '', program),
  );
  return program;
}
