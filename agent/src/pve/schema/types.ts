import { z } from 'zod';
import type { HttpMethod } from '../types.ts';

/** PVE writes some bounds as text. */
const bound = z.union([z.number(), z.string()]).transform(Number);

/** One sub-key of a property string as PVE's schema writes it; `alias` names the sub-key that it stands for. */
export const subkeySchema = z.object({
  type: z.string().optional(),
  optional: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minimum: bound.optional(),
  maximum: bound.optional(),
  minLength: bound.optional(),
  maxLength: bound.optional(),
  requires: z.string().optional(),
  alias: z.string().optional(),
  default_key: z.number().optional(),
});
export type SubkeySchema = z.infer<typeof subkeySchema>;

/** One parameter of an API call. `format` is a name that PVE registered, or the sub-keys of a property string. */
export const paramSchema = subkeySchema.extend({
  format: z.union([z.string(), z.record(z.string(), subkeySchema)]).optional(),
  get items() {
    return paramSchema.optional();
  },
});
export type ParamSchema = z.infer<typeof paramSchema>;

export const permSchema = z.object({
  check: z.array(z.unknown()).optional(),
  user: z.string().optional(),
  description: z.string().optional(),
});

/** One line of the committed API schema. `params` is parsed per call and on demand, by `paramsOf`. */
export interface Endpoint {
  readonly path: string;
  readonly method: HttpMethod;
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly perm: { readonly check?: readonly unknown[]; readonly user?: string } | null;
  readonly returns: unknown;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A light check on purpose: the file is ours, large, and on the way of every start. */
const isEndpoint = (value: unknown): boolean =>
  isObject(value) &&
  typeof value.path === 'string' &&
  typeof value.method === 'string' &&
  isObject(value.params) &&
  (value.perm === null || isObject(value.perm));

export const schemaFileSchema = z.object({
  source: z.object({ pveDocsVersion: z.string(), commit: z.string(), generated: z.string() }),
  endpoints: z.array(z.custom<Endpoint>(isEndpoint)),
});
