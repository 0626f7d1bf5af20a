import type { ApiMethod } from './schema.ts';

interface Node {
  readonly fixed: Map<string, Node>;
  parameter?: { readonly name: string; readonly node: Node };
  readonly methods: Map<string, ApiMethod>;
}

export interface RouteMatch {
  readonly api: ApiMethod;
  /** Parameters that stand in the path, decoded. */
  readonly uriParams: Readonly<Record<string, string>>;
}

export type Router = (method: string, path: string) => RouteMatch | undefined;

const emptyNode = (): Node => ({ fixed: new Map(), methods: new Map() });

/** These take the rest of the path, slashes included (PVE's `fragmentDelimiter`): volume ids and CIDRs hold some. */
const takesRest = new Set(['volume', 'cidr']);

/**
 * Finds the API method for a decoded path as PVE::RESTHandler does: fixed names and `{parameters}` by segment,
 * empty segments skipped, a parameter takes anything without white space.
 */
export const createRouter = (methods: readonly ApiMethod[]): Router => {
  const root = emptyNode();
  for (const api of methods) {
    let node = root;
    for (const segment of api.path.split('/').filter(Boolean)) {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      if (name === undefined) {
        const next = node.fixed.get(segment) ?? emptyNode();
        node.fixed.set(segment, next);
        node = next;
      } else {
        node.parameter ??= { name, node: emptyNode() };
        node = node.parameter.node;
      }
    }
    node.methods.set(api.method, api);
  }

  return (method, path) => {
    const segments = path.split('/').filter(Boolean);
    const uriParams: Record<string, string> = {};
    let node = root;
    for (const [i, segment] of segments.entries()) {
      const fixed = node.fixed.get(segment);
      if (fixed) {
        node = fixed;
        continue;
      }
      const { parameter } = node;
      if (!parameter || /\s/.test(segment)) return undefined;
      node = parameter.node;
      if (takesRest.has(parameter.name)) {
        uriParams[parameter.name] = segments.slice(i).join('/');
        break;
      }
      uriParams[parameter.name] = segment;
    }
    const api = node.methods.get(method);
    return api && { api, uriParams };
  };
};
