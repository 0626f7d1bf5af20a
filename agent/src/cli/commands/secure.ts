import { z } from 'zod';
import { severitySchema, type Finding } from '../../capabilities/types.ts';
import { ProxmoxAiError } from '../../errors.ts';
import type { Request } from '../../requests/request.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Work } from '../run-command.ts';
import { answerRun, skillOf } from './ask.ts';

const optionsSchema = z.object({
  all: z.boolean().default(false),
  node: z.string().optional(),
  failOn: severitySchema.optional(),
});

/** `105`, `db-01`, `tag:prod`, `pool:lab` → slots; none with `--all` → the cluster. Throws `usage`. */
function requestOf(guests: readonly string[], { all, node }: z.infer<typeof optionsSchema>): Request {
  if (guests.length > 0) {
    const selectors = guests.map((guest) => (/^[1-9]\d{2,8}$/.test(guest) ? Number(guest) : guest));
    return { intent: 'secure', slots: { guests: selectors } };
  }
  if (node !== undefined) return { intent: 'secure', slots: { node } };
  if (all) return { intent: 'secure', slots: { scope: 'cluster' } };
  throw new ProxmoxAiError('usage', 'Which guests?', {
    hint: 'Give VMIDs or names, tag:NAME, pool:NAME, --node NAME or --all.',
  });
}

/** Exit 1 when an open finding is at least as severe as `failOn`. */
function verdictOn(failOn: Finding['severity'] | undefined) {
  const order = severitySchema.options;
  return ({ findings }: { readonly findings: readonly Finding[] }): number =>
    failOn !== undefined &&
    findings.some(
      ({ state, severity }) => state === 'fail' && order.indexOf(severity) <= order.indexOf(failOn),
    )
      ? exitCodes.findings
      : exitCodes.fine;
}

/** `proxmox-ai secure [GUEST…]` */
export const secureGuests =
  (guests: readonly string[], given: unknown): Work =>
  async (context) => {
    const options = optionsSchema.parse(given);
    const request = requestOf(guests, options);
    return answerRun(
      context,
      (assistant) => assistant.carryOut(request, { signal: context.signal, ...skillOf(context) }),
      verdictOn(options.failOn),
    );
  };
