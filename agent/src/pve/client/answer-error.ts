import { ProxmoxAiError, type ErrorCode } from '../../errors.ts';
import type { HttpMethod } from '../types.ts';

/** The call that an answer belongs to. */
export interface CallContext {
  readonly target: string;
  readonly userid: string;
  readonly method: HttpMethod;
  readonly path: string;
}

/** PVE's refusal: HTTP status, its own text, and its text per parameter. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * Wordings of PVE's status 500 that mean something more exact (pve-common `assert_if_modified` and file locks,
 * `check_lock` of qemu-server and pve-container, "does not exist" / "no such" throughout).
 */
const wordings: readonly (readonly [RegExp, ErrorCode])[] = [
  [/detected modified configuration/i, 'pve-conflict'],
  // qemu-server's own words for a stale digest; everything else in PVE uses the sentence above.
  [/checksum mismatch \(file change/i, 'pve-conflict'],
  [/\b(VM|CT|container|guest|configuration|config)\b.*\bis locked\b|\bis locked\s*\(/i, 'pve-conflict'],
  [/can't lock file|unable to acquire lock|cfs-lock .* (error|failed)/i, 'pve-conflict'],
  [/does not exist|\bno such\b/i, 'pve-not-found'],
];

/** PVE's refusal under its error code; `fields` hold status, method, path, PVE's text, and what could be read from it. */
export function answerError(refusal: Refusal, context: CallContext): ProxmoxAiError {
  const { status, errors } = refusal;
  const { target, method, path } = context;
  const text = refusal.message || 'no reason given';
  const base = { status, target, method, path, pveMessage: text };
  const node = /^\/nodes\/([^/]+)/.exec(path)?.[1];

  // Made by AnyEvent::HTTP in the hop to another node: 595 connect, 596 TLS/request/timeout, 597 body, 599 other.
  if (status >= 595 && status <= 599) {
    const where = node === undefined ? 'another node' : `node ${decodeURIComponent(node)}`;
    return new ProxmoxAiError('pve-unreachable', `${target} could not reach ${where}: ${text} (${status}).`, {
      hint: 'Check that the node is running and part of the cluster (`pvecm status`).',
      fields: { ...base, reason: String(status), sent: true, ...(node === undefined ? {} : { node }) },
    });
  }
  const said = `PVE answered ${status} to ${method} ${path}: ${text}`;
  switch (status) {
    case 400:
      return new ProxmoxAiError('pve-bad-request', withErrors(said, errors), { fields: { ...base, errors } });
    case 401:
      return new ProxmoxAiError('pve-auth', `PVE did not accept the login of ${context.userid}: ${text}`, {
        hint: 'Log in again: `proxmox-ai login`.',
        fields: base,
      });
    case 403: {
      const missing = missingPrivilege(text);
      return new ProxmoxAiError('pve-denied', `${context.userid} may not do this. ${said}`, {
        ...(missing === undefined
          ? {}
          : {
              hint: `It needs ${missing.privilege}${missing.aclPath === undefined ? '' : ` on ${missing.aclPath}`}.`,
            }),
        fields: { ...base, ...missing },
      });
    }
    case 404:
      return new ProxmoxAiError('pve-not-found', said, { fields: base });
    default: {
      const code = status === 500 ? wordings.find(([wording]) => wording.test(text))?.[1] : undefined;
      const conflict = code === 'pve-conflict';
      return new ProxmoxAiError(
        code ?? (status >= 500 ? 'pve-server' : 'pve-protocol'),
        withErrors(said, errors),
        {
          ...(conflict
            ? { hint: 'Somebody else is changing it: read it again, and repeat when they are done.' }
            : {}),
          fields: { ...base, ...(Object.keys(errors).length === 0 ? {} : { errors }) },
        },
      );
    }
  }
}

/** From PVE's `Permission check failed (/vms/105, VM.Audit)`; alternatives are joined by `|`. */
export function missingPrivilege(text: string): { privilege: string; aclPath?: string } | undefined {
  if (/user != root@pam|only root/i.test(text)) return { privilege: 'root@pam' };
  const match = /Permission check failed \((\/[^,]*), ([\w.|, ]+)\)/.exec(text);
  const [, aclPath, privilege] = match ?? [];
  return aclPath === undefined || privilege === undefined ? undefined : { privilege, aclPath };
}

function withErrors(said: string, errors: Readonly<Record<string, string>>): string {
  const list = Object.entries(errors).map(([name, text]) => `${name}: ${text}`);
  return list.length === 0 ? said : `${said} ${list.join('; ')}`;
}
