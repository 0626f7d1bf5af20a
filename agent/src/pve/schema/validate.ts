import { makeFormat, portablePattern } from '../config/formats/format.ts';
import { lookupKey } from '../config/formats/keys.ts';
import { formatProblems, valueProblems, type ValueRule } from '../config/property-problems.ts';
import type { HttpMethod, PveParam, PveParams } from '../types.ts';
import { findEndpoint, paramsOf } from './endpoints.ts';
import { indexLimit } from './index-limits.ts';
import type { ParamSchema } from './types.ts';

/** One reason why PVE would refuse a call. `param` is `path` when there is no such call. */
export interface ParamProblem {
  readonly param: string;
  readonly message: string;
}

/**
 * Why PVE would refuse these parameters: unknown, missing, of the wrong type, out of range or not in PVE's format.
 * Empty when the schema allows the call; PVE may still refuse it for what only it knows.
 */
export function validateParams(method: HttpMethod, path: string, params: PveParams): ParamProblem[] {
  const found = findEndpoint(method, path);
  if (!found) return [{ param: 'path', message: `PVE has no call ${method} ${path}.` }];
  const schemas = paramsOf(found.endpoint);
  const given = new Map<string, PveParam>([...Object.entries(found.pathParams), ...Object.entries(params)]);
  const problems: ParamProblem[] = [];
  for (const [param, value] of given) {
    const schema = schemaOf(schemas, found.endpoint.path, param);
    if (!schema) problems.push({ param, message: 'PVE knows no such parameter of this call.' });
    else problems.push(...paramProblems(found.endpoint.path, param, schema, value, given));
  }
  for (const [param, { optional }] of schemas) {
    if (optional !== true && !param.endsWith('[n]') && !given.has(param)) {
      problems.push({ param, message: 'The call needs this parameter.' });
    }
  }
  return problems;
}

function schemaOf(
  schemas: ReadonlyMap<string, ParamSchema>,
  path: string,
  param: string,
): ParamSchema | undefined {
  const exact = param.endsWith('[n]') ? undefined : schemas.get(param);
  const indexed = /^(.*\D)(0|[1-9]\d*)$/.exec(param);
  if (exact || !indexed?.[1]) return exact;
  const inRange = Number(indexed[2]) < indexLimit(path, indexed[1]);
  return inRange ? schemas.get(`${indexed[1]}[n]`) : undefined;
}

function paramProblems(
  path: string,
  param: string,
  schema: ParamSchema,
  value: PveParam,
  given: ReadonlyMap<string, PveParam>,
): ParamProblem[] {
  const messages = [...messagesFor(path, param, schema, value)];
  if (schema.requires !== undefined && !given.has(schema.requires)) {
    messages.push(`It needs the parameter ${schema.requires}, too.`);
  }
  return messages.map((message) => ({ param, message }));
}

function messagesFor(path: string, param: string, schema: ParamSchema, value: PveParam): readonly string[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    // PVE joins a repeated parameter of a list format to one text.
    const isList = typeof schema.format === 'string' && /-a?list$/.test(schema.format);
    if (schema.type !== 'array' && !isList) return ['It takes one value, not several.'];
    return items ? value.flatMap((item: string) => messagesFor(path, param, items, item)) : [];
  }
  if (schema.type === 'array') return schema.items ? messagesFor(path, param, schema.items, value) : [];
  if (schema.type === 'object') return [];
  const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  if (schema.type === 'boolean' && typeof value === 'number')
    return value === 0 || value === 1 ? [] : ['It is a boolean.'];
  // PVE takes an empty text where it asks for any text at all.
  const messages = text === '' && isFreeText(schema) ? [] : valueProblems(ruleOf(schema), text);
  return messages.length > 0 ? messages : propertyMessages(path, param, schema, text);
}

const isFreeText = ({ type, enum: values, pattern, minLength }: ParamSchema): boolean =>
  (type === 'string' || type === undefined) && !values && pattern === undefined && !minLength;

function ruleOf(schema: ParamSchema): ValueRule {
  const { type, minimum, maximum, maxLength, pattern } = schema;
  return {
    type: type === 'boolean' || type === 'integer' || type === 'number' ? type : 'string',
    ...(schema.enum && { enum: schema.enum.map(String) }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(maxLength !== undefined && { maxLength }),
    ...(pattern !== undefined && { pattern: portablePattern(pattern) }),
  };
}

const GUEST_CALL = /^\/nodes\/\{node\}\/(qemu|lxc)(?:\/\{vmid\}\/config)?$/;

/** A guest's keys follow the codec's table, which knows the formats that the schema only names. */
function propertyMessages(path: string, param: string, schema: ParamSchema, text: string): readonly string[] {
  const type = GUEST_CALL.exec(path)?.[1];
  const known = type === 'qemu' || type === 'lxc' ? lookupKey(type, param)?.property : undefined;
  if (known) return formatProblems(known, text);
  return typeof schema.format === 'object' ? formatProblems(makeFormat(schema.format), text) : [];
}
