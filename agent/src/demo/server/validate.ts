import { DemoHttpError } from '../endpoint.ts';
import { checkValue } from './check-value.ts';
import type { Errors } from './check-value.ts';
import { schemaOf } from './param-limits.ts';
import type { ParamSchema } from './schema.ts';

const unknownProperty =
  'property is not defined in schema and the schema does not allow additional properties';

/** A `-list` parameter may be sent repeatedly, and an array as one value (PVE::RESTHandler). */
const normalise = (schema: ParamSchema, value: unknown): unknown => {
  const listFormat = typeof schema.format === 'string' && schema.format.endsWith('-list');
  if (Array.isArray(value) && schema.type === 'string' && listFormat) return value.join(',');
  if (schema.type === 'array' && !Array.isArray(value) && typeof value !== 'object' && value) return [value];
  return value;
};

/**
 * Checks what a client sent against the parameters of a call as PVE::JSONSchema::validate does and gives them typed:
 * booleans, integers and numbers as such, arrays as arrays, property strings still as strings. Throws PVE's 400
 * `Parameter verification failed.` with a message for each parameter.
 */
export const validateParams = (
  params: Readonly<Record<string, ParamSchema>>,
  sent: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const errors: Errors = {};
  const typed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(params)) {
    const value = sent[name];
    if ((value === undefined || value === null) && !schema.optional && !name.includes('[n]')) {
      errors[name] = 'property is missing and it is not optional';
    }
  }
  for (const [name, raw] of Object.entries(sent)) {
    const schema = schemaOf(params, name);
    if (!schema) {
      errors[name] = unknownProperty;
      continue;
    }
    if (raw === undefined || raw === null) continue;
    const { requires } = schema;
    if (requires !== undefined && (sent[requires] ?? undefined) === undefined) {
      errors[requires] = `missing property required by '${name}'`;
    }
    const value = checkValue(schema, normalise(schema, raw), name, errors);
    if (value !== undefined) typed[name] = value;
  }
  if (Object.keys(errors).length > 0) {
    throw new DemoHttpError(400, 'Parameter verification failed.\n', errors);
  }
  return typed;
};
