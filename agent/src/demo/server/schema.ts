import endpoints from '../../pve/schema/endpoints.json' with { type: 'json' };
import type { HttpMethod } from '../../pve/types.ts';

/** A parameter or sub-key as PVE's JSON schema describes it (pve-common, PVE::JSONSchema). */
export interface ParamSchema {
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'array' | 'object' | 'null' | 'any';
  readonly optional?: boolean;
  /** A named format, or the sub-keys of a property string. */
  readonly format?: string | PropertyFormat;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly requires?: string;
  readonly items?: ParamSchema;
  readonly default_key?: number;
  readonly alias?: string;
}

export type PropertyFormat = Readonly<Record<string, ParamSchema>>;

/** PVE's permission expression, e.g. `['perm', '/vms/{vmid}', ['VM.Audit']]`. */
export type PermissionCheck = readonly unknown[];

export interface ApiMethod {
  readonly path: string;
  readonly method: HttpMethod;
  readonly name: string;
  readonly params: Readonly<Record<string, ParamSchema>>;
  readonly perm: { readonly user?: string; readonly check?: PermissionCheck } | null;
  /** The path parameter that names the node which answers; absent: any node. */
  readonly proxyto?: string;
}

/** Every call of the official PVE API, from the committed facts. */
export const apiMethods = endpoints.endpoints as unknown as readonly ApiMethod[];

const byKey = new Map(apiMethods.map((method) => [`${method.method} ${method.path}`, method]));

/** The official description of one call by method and template path (`/nodes/{node}/tasks`). */
export const apiMethod = (method: HttpMethod, path: string): ApiMethod | undefined =>
  byKey.get(`${method} ${path}`);
