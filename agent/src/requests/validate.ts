import { ProxmoxAiError } from '../errors.ts';
import { intents, type Impact } from './intent-table.ts';
import type { Request } from './request.ts';
import { slotSchemas, type SlotName } from './slots.ts';

const isSlotName = (name: string): name is SlotName => Object.hasOwn(slotSchemas, name);

/** Slots that the intent cannot do without and that are not filled. */
export function missingSlots(request: Request): readonly SlotName[] {
  return intents[request.intent].required.filter((slot) => request.slots[slot] === undefined);
}

/** What carrying out a request would do to the cluster, from the intent's static data. */
export function impactOf(request: Request): Impact {
  const definition = intents[request.intent];
  const { action } = request.slots;
  return (typeof action === 'string' ? definition.impactOf?.[action] : undefined) ?? definition.impact;
}

/**
 * A request whose slots have the types of the intent table.
 * Throws `usage` naming the slot when one is unknown to the intent, has a wrong type, or an action is not listed.
 */
export function validateRequest(request: Request): Request {
  const definition = intents[request.intent];
  for (const [name, value] of Object.entries(request.slots)) {
    if (!isSlotName(name) || !definition.slots.includes(name)) {
      throw new ProxmoxAiError('usage', `The request "${request.intent}" has no slot "${name}".`, {
        hint: `It takes: ${definition.slots.join(', ') || 'no slots'}.`,
      });
    }
    const parsed = slotSchemas[name].safeParse(value);
    if (!parsed.success) {
      throw new ProxmoxAiError(
        'usage',
        `Slot "${name}" of "${request.intent}": ${parsed.error.issues[0]?.message ?? 'wrong type'}.`,
      );
    }
    if (name === 'action' && !definition.actions?.includes(String(value))) {
      throw new ProxmoxAiError('usage', `"${String(value)}" is no action of "${request.intent}".`, {
        hint: `Actions: ${definition.actions?.join(', ') ?? 'none'}.`,
      });
    }
  }
  return request;
}
