import { DemoHttpError } from '../endpoint.ts';

/** PVE's plain `die`: status 500 with the text as reason. */
export const die = (message: string): never => {
  throw new DemoHttpError(500, message);
};

/** PVE's parameter exception: status 400 with one message a parameter. */
export const refuseParams = (errors: Readonly<Record<string, string>>): never => {
  throw new DemoHttpError(400, 'Parameter verification failed.', errors);
};

/** PVE's permission exception: status 403. */
export const deny = (what: string): never => {
  throw new DemoHttpError(403, `Permission check failed (${what})`);
};
