import type { Command } from 'commander';
import { ProxmoxAiError } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Work } from '../run-command.ts';

interface Node {
  readonly path: readonly string[];
  readonly words: readonly string[];
}

/** Every command path with the sub-commands and options that may follow it, from the command table itself. */
function nodes(command: Command, path: readonly string[] = []): readonly Node[] {
  const words = [
    ...command.commands.map((sub) => sub.name()),
    ...command.options.flatMap(({ long }) => (long === undefined ? [] : [long])),
    '--help',
  ];
  return [{ path, words }, ...command.commands.flatMap((sub) => nodes(sub, [...path, sub.name()]))];
}

const bash = (list: readonly Node[]): string => `# bash completion for proxmox-ai
_proxmox_ai() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= word words
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) path="$path $word" ;; esac
  done
  while :; do
    case "$path" in
${list.map(({ path, words }) => `      '${path.map((part) => ` ${part}`).join('')}') words='${words.join(' ')}'; break ;;`).join('\n')}
      *) path=\${path% *} ;;
    esac
  done
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _proxmox_ai proxmox-ai
`;

const zsh = (list: readonly Node[]): string => `#compdef proxmox-ai
autoload -Uz bashcompinit && bashcompinit
${bash(list)}`;

const fish = (list: readonly Node[]): string => {
  const lines = list.flatMap(({ path, words }) => {
    const condition =
      path.length === 0
        ? '__fish_use_subcommand'
        : path.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ');
    return words.map((word) =>
      word.startsWith('--')
        ? `complete -c proxmox-ai -n '${condition}' -l ${word.slice(2)}`
        : `complete -c proxmox-ai -f -n '${condition}' -a ${word}`,
    );
  });
  return `# fish completion for proxmox-ai\n${lines.join('\n')}\n`;
};

const shells: Readonly<Record<string, (list: readonly Node[]) => string>> = { bash, zsh, fish };

/** `proxmox-ai completion bash|zsh|fish`: a script made from the command table, so that it cannot go stale. */
export const completion =
  (shell: string, program: Command): Work =>
  ({ io }) => {
    const write = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
    if (write === undefined) {
      throw new ProxmoxAiError('usage', `There is no completion for "${shell}".`, {
        hint: 'Shells: bash, zsh, fish.',
      });
    }
    io.out(write(nodes(program)).trimEnd());
    return Promise.resolve(exitCodes.fine);
  };
