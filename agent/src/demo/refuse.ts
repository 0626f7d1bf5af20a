import { DemoHttpError } from './endpoint.ts';

/** PVE's plain `die`: HTTP 500 with the message as reason phrase. */
export function die(message: string): never {
  throw new DemoHttpError(500, message);
}

/** PVE's `raise_param_exc`: HTTP 400 with a message per parameter. */
export function refuseParams(errors: Readonly<Record<string, string>>): never {
  throw new DemoHttpError(400, 'Parameter verification failed.', errors);
}

/** PVE's `raise_perm_exc`: HTTP 403 `Permission check failed (/vms/105, VM.Audit)`. */
export function deny(what?: string): never {
  throw new DemoHttpError(403, `Permission check failed${what === undefined ? '' : ` (${what})`}`);
}

/** PVE's refusal of a write based on an outdated read (containers, firewall, cluster files). */
export const modifiedConfiguration =
  'detected modified configuration - file changed by other user? Try again.';

/** Refuses when the caller's digest is not the present one; no digest, no check. */
export function assertDigest(present: string, wanted: unknown): void {
  if (wanted !== undefined && wanted !== '' && wanted !== present) die(modifiedConfiguration);
}
