import type { ErrorCode } from '../errors.ts';

/** Exit codes of `proxmox-ai`: stable, documented in `--help`. */
export const exitCodes = {
  fine: 0,
  /** Findings at or above `--fail-on`, or a ledger that does not verify. */
  findings: 1,
  usage: 2,
  unreachable: 3,
  denied: 4,
  /** It was tried and did not work: a failed task, a stale plan, a defect. */
  failed: 5,
} as const;

const byError: Readonly<Partial<Record<ErrorCode, number>>> = {
  usage: exitCodes.usage,
  'config-invalid': exitCodes.usage,
  'guest-unknown': exitCodes.usage,
  'guest-ambiguous': exitCodes.usage,
  'not-understood': exitCodes.usage,
  'not-available': exitCodes.usage,
  'plan-unknown': exitCodes.usage,
  'too-large': exitCodes.usage,
  'pve-unreachable': exitCodes.unreachable,
  'pve-tls': exitCodes.unreachable,
  'agent-unreachable': exitCodes.unreachable,
  'pve-auth': exitCodes.denied,
  'pve-denied': exitCodes.denied,
  'not-approved': exitCodes.denied,
};

/** The exit code that an error ends the command with. */
export const exitCodeOf = (code: string): number =>
  Object.hasOwn(byError, code) ? (byError[code as ErrorCode] ?? exitCodes.failed) : exitCodes.failed;
