/** What went wrong, in one word: stable, documented, and what tests and `--json` readers match on. */
export type ErrorCode =
  | 'usage' // the command line or request is malformed
  | 'config-invalid' // our own configuration file or environment
  | 'pve-unreachable' // no TCP/TLS connection, timeout, 595/596
  | 'pve-tls' // certificate not trusted or fingerprint mismatch
  | 'pve-auth' // 401: bad, missing or expired ticket/token
  | 'pve-denied' // 403
  | 'pve-not-found' // 404, or PVE's 500 "does not exist"
  | 'pve-bad-request' // 400 with per-parameter errors
  | 'pve-conflict' // "detected modified configuration" or a guest lock
  | 'pve-server' // any other 5xx
  | 'pve-protocol' // the answer does not have the shape PVE documents
  | 'task-failed' // a PVE task ended with an error
  | 'task-timeout' // a PVE task did not end in time
  | 'cancelled' // the person or a deadline stopped it
  | 'guest-unknown'
  | 'guest-ambiguous'
  | 'not-understood'
  | 'not-available' // the capability is not part of this release
  | 'not-approved' // the plan was not approved, or by the wrong person, or the name was not typed
  | 'plan-unknown'
  | 'plan-state' // the plan is in a state that does not allow this
  | 'plan-stale' // the cluster changed since the plan was computed
  | 'store-corrupt'
  | 'store-version'
  | 'audit-tampered'
  | 'too-large'
  | 'agent-unreachable'
  | 'internal';

export interface ErrorDetails {
  /** What to do about it: one sentence. */
  hint?: string;
  /** Machine-readable facts; never a secret. */
  fields?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** The one error class. `message` says what happened, `hint` what to do; neither ever holds a secret. */
export class ProxmoxAiError extends Error {
  override readonly name = 'ProxmoxAiError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, { hint, fields = {}, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.fields = fields;
  }
}

/** Any thrown value as a {@link ProxmoxAiError}; what is not ours becomes `internal` with the original as cause. */
export function toError(thrown: unknown): ProxmoxAiError {
  if (thrown instanceof ProxmoxAiError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') {
    return new ProxmoxAiError('cancelled', 'The run was cancelled.', { cause: thrown });
  }
  return new ProxmoxAiError('internal', thrown instanceof Error ? thrown.message : String(thrown), {
    cause: thrown,
    hint: 'This is a defect in Proxmox AI; please report it with the output of `proxmox-ai doctor`.',
  });
}
