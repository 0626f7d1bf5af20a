import { ProxmoxAiError } from '../errors.ts';
import type { PveClient } from '../pve/types.ts';
import { canonicalJson } from '../store/canonical-json.ts';
import type { PlanCall } from './types.ts';

/** What the cluster says about what a step changes, at one moment. */
export interface Truth {
  /** False when PVE says that the object does not exist (yet, or any more). */
  readonly exists: boolean;
  readonly digest: string | null;
  /** The value under a change's key; null when it is not set. */
  value(key: string): string | null;
}

/** A value of PVE's JSON as text: booleans as 1 and 0, structures as canonical JSON. */
export function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return canonicalJson(value);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** How PVE's lists name their elements, the first that an element has counts. */
const nameFields = [
  'name',
  'id',
  'sid',
  'rule',
  'cidr',
  'snapname',
  'tokenid',
  'userid',
  'groupid',
  'roleid',
  'poolid',
  'storage',
  'volid',
  'iface',
  'vmid',
  'pos',
] as const;

function elementName(element: Readonly<Record<string, unknown>>): string | null {
  const field = nameFields.find((candidate) => asText(element[candidate]) !== null);
  return field === undefined ? null : asText(element[field]);
}

/** `type=in,action=ACCEPT,dport=22` as pairs, or undefined when a key is no selector. */
function selector(key: string): [string, string][] | undefined {
  if (!key.includes('=')) return undefined;
  return key.split(',').map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/**
 * In a list a key is the name of an element (`before-update`), which is `present` or null; a name and a field
 * (`before-update.description`); or a selector (`path=/vms,ugid=ops@pve,roleid=PVEVMUser`) for what has no name of
 * its own, such as firewall rules and ACL entries.
 */
function listValue(list: readonly Readonly<Record<string, unknown>>[], key: string): string | null {
  const pairs = selector(key);
  if (pairs !== undefined) {
    const found = list.some((element) => pairs.every(([field, value]) => asText(element[field]) === value));
    return found ? 'present' : null;
  }
  if (list.some((element) => elementName(element) === key)) return 'present';
  const dot = key.lastIndexOf('.');
  if (dot < 0) return null;
  const element = list.find((candidate) => elementName(candidate) === key.slice(0, dot));
  return asText(element?.[key.slice(dot + 1)]);
}

/** The answer to a step's `read` call as a {@link Truth}. Errors: `pve-protocol` for a bare value. */
export function truthOf(answer: unknown, path: string): Truth {
  if (Array.isArray(answer)) {
    const list = answer.filter(isObject);
    // PVE repeats a list's digest in each element; an empty list has none.
    return { exists: true, digest: asText(list[0]?.digest), value: (key) => listValue(list, key) };
  }
  if (isObject(answer)) {
    return {
      exists: true,
      digest: asText(answer.digest),
      value: (key) => (Object.hasOwn(answer, key) ? asText(answer[key]) : null),
    };
  }
  throw new ProxmoxAiError('pve-protocol', `${path} answered with neither an object nor a list.`, {
    fields: { path },
  });
}

const absent: Truth = { exists: false, digest: null, value: () => null };

/** Reads the cluster by a step's `read` call. What does not exist is a truth, not an error. */
export async function readTruth(
  client: PveClient,
  read: PlanCall,
  { signal, timeoutMs }: { signal?: AbortSignal | undefined; timeoutMs?: number } = {},
): Promise<Truth> {
  try {
    const answer = await client.call(read, {
      ...(signal === undefined ? {} : { signal }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    return truthOf(answer, read.path);
  } catch (thrown) {
    if (thrown instanceof ProxmoxAiError && thrown.code === 'pve-not-found') return absent;
    throw thrown;
  }
}
