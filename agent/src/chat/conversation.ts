import { createConversation, addMessage } from '../store/conversations.ts';
import type { Database } from '../store/database.ts';
import type { InventoryGuest } from '../pve/inventory/types.ts';
import type { Interpretation, RequestContext } from '../requests/types.ts';

/** What "it" means: the guest of the last request that named exactly one. */
export interface Conversations {
  contextOf(id: string | undefined): RequestContext;
  /** Keeps what was said and what the request was about. */
  remember(id: string | undefined, turn: Turn): void;
}

interface Turn {
  readonly interpretation: Interpretation;
  readonly guests: readonly InventoryGuest[];
  readonly answer: string;
  readonly at: Date;
}

/** Conversations whose context is kept; the texts stay in the store. */
const contextLimit = 1_000;
const titleLength = 80;

/** Conversation memory over a store. */
export function conversationsIn(database: Database): Conversations {
  const contexts = new Map<string, RequestContext>();
  const started = new Set<string>();

  const start = (id: string, title: string, at: Date): void => {
    if (started.has(id)) return;
    const known = database.sql.prepare('SELECT 1 FROM conversations WHERE id = ?').get(id) !== undefined;
    if (!known)
      createConversation(database, { id, createdAt: at.toISOString(), title: title.slice(0, titleLength) });
    if (started.size >= contextLimit) started.clear();
    started.add(id);
  };

  return {
    contextOf: (id) => (id === undefined ? {} : (contexts.get(id) ?? {})),
    remember(id, { interpretation, guests, answer, at }) {
      if (id === undefined) return;
      start(id, interpretation.text, at);
      const createdAt = at.toISOString();
      addMessage(database, id, { createdAt, role: 'user', text: interpretation.text });
      if (answer !== '') addMessage(database, id, { createdAt, role: 'assistant', text: answer });
      const named = interpretation.requests.at(-1)?.slots.guests;
      const [only] = Array.isArray(named) ? (named as unknown[]) : [];
      const guest = guests.find(({ vmid, name }) => vmid === only || name === only);
      if (!Array.isArray(named) || named.length !== 1 || guest === undefined) return;
      contexts.delete(id);
      contexts.set(id, { guest: guest.vmid, node: guest.node });
      const [oldest] = contexts.keys();
      if (contexts.size > contextLimit && oldest !== undefined) contexts.delete(oldest);
    },
  };
}
