import { z } from 'zod';

/** A boolean as PVE's Perl gives it: 0, 1, "0", "1", "", true or false. */
export const pveFlag = z
  .union([z.boolean(), z.literal([0, 1, '0', '1', ''])])
  .transform((value) => value === true || value === 1 || value === '1');

/** A number that PVE may send as text. */
export const pveNumber = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
  .transform(Number)
  .pipe(z.number());

/** Text that PVE may send as a number (a guest named `42`). */
export const pveText = z.union([z.string(), z.number()]).transform(String);

/** A field that may be missing or null, both of which read as missing. */
export function maybe<S extends z.ZodType>(schema: S): z.ZodType<z.output<S> | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}
