import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../json.ts';
import type { Work } from '../run-command.ts';
import { plain } from '../terminal/style.ts';

const listOptions = z.object({
  plan: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100_000),
});

/** `proxmox-ai audit list` */
export const listAudit =
  (given: unknown): Work =>
  async (context) => {
    const parsed = listOptions.safeParse(given);
    if (!parsed.success) throw new ProxmoxAiError('usage', '--limit takes a number from 1 to 100000.');
    const { plan, limit } = parsed.data;
    const assistant = await context.openAssistant();
    try {
      const entries = await assistant.ledger({ limit, ...(plan === undefined ? {} : { planId: plan }) });
      if (context.options.json)
        context.io.out(
          printJson('audit list', {
            entries: entries.map((entry) => ({ ...entry, data: { ...entry.data } })),
          }),
        );
      else if (entries.length === 0) context.io.out('The ledger is empty.');
      else {
        for (const { seq, at, kind, planId, stepId, actor, data, hash } of entries) {
          const what = [planId, stepId].filter((part) => part !== null).join(' ');
          context.io.out(
            `${String(seq).padStart(5)} ${at.slice(0, 19).replace('T', ' ')} ${kind.padEnd(17)} ${plain(actor)}  ${what}  ${hash.slice(0, 12)}  ${plain(JSON.stringify(data))}`,
          );
        }
      }
      return exitCodes.fine;
    } finally {
      await assistant.close();
    }
  };

/** `proxmox-ai audit verify`: exit 1 when a row was edited, removed or put in. */
export const verifyAudit = (): Work => async (context) => {
  const { io, options } = context;
  const assistant = await context.openAssistant();
  try {
    const verdict = await assistant.verifyLedger();
    if (options.json)
      io.out(
        printJson('audit verify', {
          ...verdict,
          problems: verdict.problems.map((problem) => ({ ...problem })),
        }),
      );
    else if (verdict.ok)
      io.out(
        `${io.colors.green('✓')} ${verdict.rows} rows, every one as it was written. Head: ${verdict.head.hash}`,
      );
    else {
      io.out(`${io.colors.red('✗')} The ledger was changed after it was written:`);
      for (const { seq, kind, message } of verdict.problems)
        io.out(`  ${seq === null ? 'ledger' : `row ${seq}`} ${kind}: ${plain(message)}`);
    }
    return verdict.ok ? exitCodes.fine : exitCodes.findings;
  } finally {
    await assistant.close();
  }
};
