import { z } from 'zod';
import { environmentNames } from '../../config/load.ts';
import { settingsSchema } from '../../config/schema.ts';
import { doctorChecks, type DoctorCheck, type DoctorResult } from '../doctor-checks.ts';
import { toError } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../json.ts';
import type { Work } from '../run-command.ts';
import { plain } from '../terminal/style.ts';

/** `proxmox-ai doctor`: every check with what is wrong and how to mend it; exit 5 when one is an error. */
export const doctor =
  (given: unknown): Work =>
  async (context) => {
    const { config } = z.object({ config: z.boolean().default(false) }).parse(given);
    if (config) return printSettings(context);
    const checks: ({ name: string } & DoctorResult)[] = [];
    for (const check of doctorChecks) {
      const result = await resultOf(check, context);
      checks.push({ name: check.name, ...result });
      if (!context.options.json) draw(check.name, result, context);
    }
    const ok = checks.every(({ state }) => state !== 'error');
    if (context.options.json) context.io.out(printJson('doctor', { ok, checks }));
    return ok ? exitCodes.fine : exitCodes.failed;
  };

const systemError = z.object({ syscall: z.string() });

/** What a check found. Whatever it throws, at once or later, is its finding: the checks after it still run. */
export async function resultOf({ run }: DoctorCheck, context: CliContext): Promise<DoctorResult> {
  try {
    return await run(context);
  } catch (thrown) {
    const { message, hint } = toError(thrown);
    // A refusal of the operating system is no defect of ours.
    const cure = systemError.safeParse(thrown).success
      ? 'Check that the path exists and that this user may use it.'
      : hint;
    return { state: 'error', message, ...(cure === undefined ? {} : { hint: cure }) };
  }
}

function draw(name: string, { state, message, hint }: DoctorResult, { io }: CliContext): void {
  const { colors } = io;
  const mark = { ok: colors.green('✓'), warning: colors.yellow('!'), error: colors.red('✗') }[state];
  io.out(`${mark} ${name.padEnd(14)} ${plain(message)}`);
  if (hint !== undefined) io.out(`  ${' '.repeat(14)} ${plain(hint)}`);
}

function printSettings({ io, settings, file }: CliContext): number {
  const values: Readonly<Record<string, Readonly<Record<string, unknown>>>> = settings;
  io.out(`# ${file ?? 'no configuration file: these are the defaults and the environment'}`);
  let open = '';
  for (const { variable, section, key } of environmentNames()) {
    if (section !== open) io.out(`\n[${section}]`);
    open = section;
    const value = values[section]?.[key];
    const description = describe(section, key);
    io.out(
      `${value === undefined ? `# ${key} =` : `${key} = ${JSON.stringify(value)}`}   # ${description === '' ? '' : `${description}; `}${variable}`,
    );
  }
  return exitCodes.fine;
}

function describe(section: string, key: string): string {
  const found = Object.entries(settingsSchema.shape).find(([name]) => name === section)?.[1];
  const field: unknown = found && Object.entries(found.unwrap().shape).find(([name]) => name === key)?.[1];
  return field instanceof z.ZodType ? (field.description ?? '') : '';
}
