import { createAssistant } from '../chat/assistant.ts';
import type { Assistant } from '../chat/types.ts';
import { openSession, type OpenSessionOptions } from './open.ts';
import { version } from './version.ts';

/** The assistant in this process, on the configured cluster or on the demo. Errors as `openSession`. */
export async function openLocalAssistant(options: OpenSessionOptions): Promise<Assistant> {
  const session = await openSession(options);
  const { settings } = options;
  return createAssistant({
    client: session.client,
    database: session.database,
    demo: session.demo,
    version,
    skill: settings.chat.skill,
    taskTimeoutMs: settings.plans.task_timeout_s * 1000,
    onClose: () => session.close(),
  });
}
