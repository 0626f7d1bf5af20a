import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import type { Database } from './database.ts';

const conversationSchema = z.object({ id: z.string(), created_at: z.string(), title: z.string() });
const messageSchema = z.object({
  id: z.number().int(),
  created_at: z.string(),
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  run_id: z.string().nullable(),
});

export interface Conversation {
  readonly id: string;
  readonly createdAt: string;
  readonly title: string;
}
export interface Message {
  readonly id: number;
  readonly createdAt: string;
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** The run that it started or came from. */
  readonly runId?: string;
}

const toConversation = (row: unknown): Conversation => {
  const { id, created_at: createdAt, title } = conversationSchema.parse(row);
  return { id, createdAt, title };
};
const toMessage = (row: unknown): Message => {
  const { id, created_at: createdAt, role, text, run_id: runId } = messageSchema.parse(row);
  return { id, createdAt, role, text, ...(runId === null ? {} : { runId }) };
};

/** Starts a conversation; `id` is the caller's (a UUID). */
export function createConversation(database: Database, conversation: Conversation): void {
  database.sql
    .prepare('INSERT INTO conversations (id, created_at, title) VALUES (?, ?, ?)')
    .run(conversation.id, conversation.createdAt, conversation.title);
}

/** Newest first. */
export function listConversations(database: Database, limit = 50): Conversation[] {
  return database.sql
    .prepare('SELECT id, created_at, title FROM conversations ORDER BY created_at DESC, id LIMIT ?')
    .all(limit)
    .map(toConversation);
}

/** Adds a message at the end. Errors: `usage` when there is no such conversation. */
export function addMessage(
  database: Database,
  conversationId: string,
  { createdAt, role, text, runId }: Omit<Message, 'id'>,
): Message {
  return database.transaction(() => {
    if (database.sql.prepare('SELECT 1 FROM conversations WHERE id = ?').get(conversationId) === undefined) {
      throw new ProxmoxAiError('usage', `There is no conversation ${conversationId}.`, {
        hint: 'Start a new conversation.',
      });
    }
    return toMessage(
      database.sql
        .prepare(
          `INSERT INTO messages (conversation_id, created_at, role, text, run_id) VALUES (?, ?, ?, ?, ?)
           RETURNING id, created_at, role, text, run_id`,
        )
        .get(conversationId, createdAt, role, text, runId ?? null),
    );
  });
}

/** In the order they were said; with `limit`, the last ones. */
export function listMessages(database: Database, conversationId: string, limit = 1000): Message[] {
  return database.sql
    .prepare(
      `SELECT * FROM (SELECT id, created_at, role, text, run_id FROM messages WHERE conversation_id = ?
       ORDER BY id DESC LIMIT ?) ORDER BY id`,
    )
    .all(conversationId, limit)
    .map(toMessage);
}

/** Removes a conversation with its messages; false when there was none. */
export function deleteConversation(database: Database, id: string): boolean {
  return database.sql.prepare('DELETE FROM conversations WHERE id = ?').run(id).changes > 0;
}
