import { ProxmoxAiError } from '../../errors.ts';
import { pause, type Deadline } from './deadline.ts';

export interface RetryPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  /** Milliseconds before the first of them; doubled each time, then spread by ±50 %. */
  readonly backoffMs: number;
}

/**
 * Repeats a GET after a lost connection or status 596 (PVE's hop to another node broke) while time is left.
 * Never use it for a write: PVE may have carried it out before the connection broke.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { retries, backoffMs }: RetryPolicy,
  deadline: Deadline,
): Promise<T> {
  for (let tried = 0; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      const wait = backoffMs * 2 ** tried * (0.5 + Math.random());
      if (tried >= retries || !isPassing(error) || wait >= deadline.left()) throw error;
      await pause(wait, deadline.signal);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof ProxmoxAiError) || error.code !== 'pve-unreachable') return false;
  return error.fields.passing === true || error.fields.status === 596;
}
