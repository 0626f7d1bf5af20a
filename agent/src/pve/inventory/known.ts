import type { ProxmoxAiError } from '../../errors.ts';
import { toError } from '../../errors.ts';
import type { Known } from '../types.ts';
import type { Gap } from './types.ts';

/**
 * A read whose failure is a fact to report and not the end of the run: no privilege, not there, a node that is off,
 * a call that hangs or breaks. A lost connection, a lost login and an abort are thrown.
 * `privilege` names what such a read needs where PVE's own refusal does not.
 */
export async function known<T>(read: () => Promise<T>, privilege?: string): Promise<Known<T>> {
  try {
    return { known: true, value: await read() };
  } catch (thrown) {
    const error = toError(thrown);
    if (!isFact(error)) throw error;
    if (error.code !== 'pve-denied') return { known: false, reason: error.message };
    const named = error.fields.privilege;
    const missing = typeof named === 'string' ? named : privilege;
    return { known: false, reason: error.message, ...(missing === undefined ? {} : { privilege: missing }) };
  }
}

/** A part that was deliberately not read. */
export function notRead(reason: string, privilege?: string): Known<never> {
  return { known: false, reason, ...(privilege === undefined ? {} : { privilege }) };
}

/** The gap that an unreadable part leaves. */
export function gapOf(what: string, part: Extract<Known<unknown>, { known: false }>): Gap {
  return {
    what,
    reason: part.reason,
    ...(part.privilege === undefined ? {} : { privilege: part.privilege }),
  };
}

function isFact({ code, fields }: ProxmoxAiError): boolean {
  switch (code) {
    case 'pve-denied':
    case 'pve-not-found':
    case 'pve-bad-request':
    case 'pve-conflict':
    case 'pve-server':
    case 'pve-protocol':
      return true;
    case 'pve-unreachable':
      // A node behind the one we talk to, or one slow call; not the connection itself.
      return typeof fields.status === 'number' || fields.reason === 'timeout';
    default:
      return false;
  }
}
