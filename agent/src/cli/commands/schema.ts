import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputSchemas } from '../json.ts';
import type { Work } from '../run-command.ts';

/** `secure` prints what `ask` prints; approve, reject and rollback print a plan. */
const same: Readonly<Record<string, keyof typeof outputSchemas>> = {
  secure: 'ask',
  'plan approve': 'plan show',
  'plan reject': 'plan show',
  'plan rollback': 'plan apply',
};

/** `proxmox-ai schema [COMMAND]`: the JSON schema of its `--json` output, or the commands that have one. */
export const schema =
  (command: string): Work =>
  ({ io }) => {
    if (command === '') {
      for (const name of [...Object.keys(outputSchemas), ...Object.keys(same)].sort()) io.out(name);
      return Promise.resolve(exitCodes.fine);
    }
    const name = Object.hasOwn(same, command) ? same[command] : command;
    const found = Object.entries(outputSchemas).find(([key]) => key === name)?.[1];
    if (found === undefined) {
      throw new ProxmoxAiError('usage', `"${command}" has no JSON output.`, {
        hint: '`proxmox-ai schema` lists the commands that have.',
      });
    }
    io.out(
      JSON.stringify(
        { title: `proxmox-ai ${command} --json`, ...z.toJSONSchema(found, { io: 'output' }) },
        null,
        2,
      ),
    );
    return Promise.resolve(exitCodes.fine);
  };
