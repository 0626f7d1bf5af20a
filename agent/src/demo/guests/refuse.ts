import { DemoHttpError } from '../endpoint.ts';

/** A plain `die` in PVE's code: HTTP 500 with the message as reason phrase. */
export const refuse = (message: string): DemoHttpError => new DemoHttpError(500, message);

/** PVE's `raise_param_exc`: HTTP 400 with a message per parameter. */
export const badParameter = (errors: Readonly<Record<string, string>>): DemoHttpError =>
  new DemoHttpError(400, 'Parameter verification failed.', errors);

/** PVE's `raise_perm_exc`: HTTP 403. */
export const denied = (reason?: string): DemoHttpError =>
  new DemoHttpError(
    403,
    reason === undefined ? 'Permission check failed' : `Permission check failed (${reason})`,
  );

/** PVE's refusal of a write based on an outdated read (containers, firewall, cluster files). */
export const modifiedConfiguration =
  'detected modified configuration - file changed by other user? Try again.';

/** Refuses when the caller's digest is not the present one; no digest, no check. */
export function assertDigest(present: string, wanted: unknown): void {
  if (wanted !== undefined && wanted !== '' && wanted !== present) throw refuse(modifiedConfiguration);
}
