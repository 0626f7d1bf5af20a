import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import type { HttpMethod } from '../types.ts';
import data from './endpoints.json' with { type: 'json' };
import { paramSchema, schemaFileSchema, type Endpoint, type ParamSchema } from './types.ts';

let loaded: z.infer<typeof schemaFileSchema> | undefined;

function schemaFile(): z.infer<typeof schemaFileSchema> {
  loaded ??= schemaFileSchema.parse(data);
  return loaded;
}

/** Every call of PVE's API (source: the API schema that pve-docs publishes), sorted by path and method. */
export const endpoints = (): readonly Endpoint[] => schemaFile().endpoints;

/** The pve-docs version and date from which {@link endpoints} was taken. */
export const schemaSource = () => schemaFile().source;

interface PathNode {
  readonly literals: Map<string, PathNode>;
  param?: { readonly name: string; readonly node: PathNode };
  readonly methods: Map<HttpMethod, Endpoint>;
}

const newNode = (): PathNode => ({ literals: new Map(), methods: new Map() });

function child(node: PathNode, segment: string): PathNode {
  const name = /^\{(.+)\}$/.exec(segment)?.[1];
  if (name !== undefined) return (node.param ??= { name, node: newNode() }).node;
  const known = node.literals.get(segment);
  if (known) return known;
  const added = newNode();
  node.literals.set(segment, added);
  return added;
}

let tree: PathNode | undefined;

function pathTree(): PathNode {
  if (tree) return tree;
  tree = newNode();
  for (const endpoint of endpoints()) {
    let node = tree;
    for (const segment of segments(endpoint.path)) node = child(node, segment);
    node.methods.set(endpoint.method, endpoint);
  }
  return tree;
}

const segments = (path: string): string[] => path.split('/').filter((part) => part !== '');

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new ProxmoxAiError('usage', `The API path segment ${JSON.stringify(segment)} is not valid.`, {
      cause,
      hint: 'Escape a percent sign in a path segment as %25.',
    });
  }
}

/** PVE lets these last path parameters hold slashes: `/content/local:iso/debian.iso`. */
const swallowsRest: ReadonlySet<string> = new Set(['volume']);

export interface FoundEndpoint {
  readonly endpoint: Endpoint;
  /** `node`, `vmid`… as they stand in the path, decoded. */
  readonly pathParams: Readonly<Record<string, string>>;
}

/**
 * The schema entry of a concrete call such as `GET /nodes/pve1/qemu/105/config`; undefined when PVE has no such call.
 * A literal segment wins over a parameter, as in PVE's own router.
 */
export function findEndpoint(method: HttpMethod, path: string): FoundEndpoint | undefined {
  const parts = segments(path.split('?', 1)[0] ?? '');
  const pathParams: [string, string][] = [];
  let node = pathTree();
  for (const [index, part] of parts.entries()) {
    const literal = node.literals.get(part);
    if (literal) {
      node = literal;
      continue;
    }
    if (!node.param) return undefined;
    const rest = swallowsRest.has(node.param.name);
    pathParams.push([node.param.name, decode(rest ? parts.slice(index).join('/') : part)]);
    node = node.param.node;
    if (rest) break;
  }
  const endpoint = node.methods.get(method);
  return endpoint && { endpoint, pathParams: Object.fromEntries(pathParams) };
}

const params = new WeakMap<Endpoint, ReadonlyMap<string, ParamSchema>>();

/** The parameters of a call, path parameters included; indexed ones stand as `net[n]`. */
export function paramsOf(endpoint: Endpoint): ReadonlyMap<string, ParamSchema> {
  const known = params.get(endpoint);
  if (known) return known;
  const parsed = new Map(
    Object.entries(endpoint.params).map(([name, raw]) => [name, paramSchema.parse(raw)] as const),
  );
  params.set(endpoint, parsed);
  return parsed;
}

/** The fields of the object that a call returns; empty when it returns something else. */
export function returnedFields(endpoint: Endpoint): ReadonlyMap<string, ParamSchema> {
  const shape = z.object({ properties: z.record(z.string(), z.unknown()) }).safeParse(endpoint.returns);
  const fields = shape.success ? shape.data.properties : {};
  return new Map(Object.entries(fields).map(([name, raw]) => [name, paramSchema.parse(raw)] as const));
}
