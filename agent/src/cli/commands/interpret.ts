import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { Assistant } from '../../chat/types.ts';
import { ProxmoxAiError, toError } from '../../errors.ts';
import { contextSchema } from '../../requests/types.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../json.ts';
import { plain } from '../terminal/style.ts';
import type { Work } from '../run-command.ts';

const optionsSchema = z.object({
  batch: z.boolean().default(false),
  guest: z.coerce.number().int().min(100).optional(),
});
const lineSchema = z.object({ text: z.string(), context: contextSchema.optional() });

/** `proxmox-ai interpret TEXT` and `--batch` (one JSON object a line in, one a line out, in order). */
export const interpretText =
  (text: string, given: unknown): Work =>
  async (context) => {
    const parsed = optionsSchema.safeParse(given);
    if (!parsed.success) throw new ProxmoxAiError('usage', 'The VMID of --guest is a number from 100.');
    const { batch, guest } = parsed.data;
    if (!batch && text.trim() === '') {
      throw new ProxmoxAiError('usage', 'There is no text to interpret.', {
        hint: 'proxmox-ai interpret "secure vm 105"',
      });
    }
    const assistant = await context.openAssistant();
    try {
      if (batch) return await interpretLines(context, assistant);
      const reading = await assistant.interpret(text, guest === undefined ? {} : { guest });
      if (context.options.json) context.io.out(printJson('interpret', reading));
      else {
        for (const request of reading.requests)
          context.io.out(`${request.intent} ${plain(JSON.stringify(request.slots))}`);
        context.io.out(
          `specialist ${reading.specialist}, disposition ${reading.disposition}, confidence ${reading.confidence}`,
        );
        for (const question of reading.questions) context.io.out(plain(question));
      }
      return exitCodes.fine;
    } finally {
      await assistant.close();
    }
  };

async function interpretLines({ io, signal }: CliContext, assistant: Assistant): Promise<number> {
  let exit: number = exitCodes.fine;
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Infinity })) {
    if (signal.aborted) break;
    if (line.trim() === '') continue;
    try {
      const { text, context } = lineSchema.parse(JSON.parse(line));
      io.out(JSON.stringify(await assistant.interpret(text, context)));
    } catch (thrown) {
      // A bad line gets its own error and the rest is still read, so that line N of the output belongs to line N.
      const error = toError(thrown);
      const message =
        error.code === 'internal'
          ? 'The line is not a JSON object {"text": …, "context": …}.'
          : error.message;
      io.out(JSON.stringify({ error: { code: error.code === 'internal' ? 'usage' : error.code, message } }));
      exit = exitCodes.usage;
    }
  }
  return exit;
}
