import { checkApiPermission } from '../access/check.ts';
import { createPermissionEngine } from '../access/permissions.ts';
import { DemoHttpError } from '../endpoint.ts';
import type { DemoCertificates, DemoEndpoint } from '../endpoint.ts';
import { refuseParams } from '../refuse.ts';
import type { DemoState } from '../state.ts';
import type { Identity } from './auth.ts';
import { createCaller } from './caller.ts';
import type { SentParams } from './decode.ts';
import type { Answer } from './format-answer.ts';
import { refuseLockedGuest } from './locks.ts';
import { createRouter } from './routes.ts';
import { apiMethod } from './schema.ts';
import type { ApiMethod } from './schema.ts';
import type { TaskRunner } from './tasks.ts';
import { validateParams } from './validate.ts';

export interface DispatchOptions {
  readonly state: DemoState;
  readonly endpoints: readonly DemoEndpoint[];
  readonly tasks: TaskRunner;
  /** Unix seconds. */
  readonly now: () => number;
  readonly certificates?: DemoCertificates;
  /** Hears of errors that are no DemoHttpError, which are defects of a handler. */
  readonly onDefect?: (error: unknown, call: string) => void;
}

export interface ApiRequest {
  readonly method: string;
  /** Decoded, after `/api2/json`. */
  readonly path: string;
  readonly sent: SentParams;
  readonly identity: Identity;
  readonly uploadBytes?: number;
}

export type Dispatch = (request: ApiRequest) => Promise<Answer>;

const rootIndex = ['version', 'cluster', 'nodes', 'storage', 'access', 'pools'].map((subdir) => ({ subdir }));

/**
 * Answers API calls in PVE's order (PVE::HTTPServer::rest_handler): find the method, merge parameters, permission,
 * forward to the node, validate, run. Everything thrown becomes an answer.
 */
export const createDispatch = (options: DispatchOptions): Dispatch => {
  const served = new Map<string, { api: ApiMethod; endpoint: DemoEndpoint }>();
  for (const endpoint of options.endpoints) {
    const api = apiMethod(endpoint.method, endpoint.path);
    if (!api)
      throw new Error(`The demo serves ${endpoint.method} ${endpoint.path}, which is no call of PVE.`);
    served.set(`${api.method} ${api.path}`, { api, endpoint });
  }
  const route = createRouter([...served.values()].map(({ api }) => api));

  return async (request) => {
    const { method, path } = request;
    try {
      if (path === '/' && method === 'GET') return rootAnswer(request);
      const match = route(method, path);
      const found = match && served.get(`${match.api.method} ${match.api.path}`);
      if (!found) return { status: 501, message: `Method '${method} ${path}' not implemented` };
      return await answerCall(options, request, { ...match, endpoint: found.endpoint });
    } catch (error) {
      return failure(error, () => options.onDefect?.(error, `${method} ${path}`));
    }
  };
};

const rootAnswer = ({ identity }: ApiRequest): Answer => {
  if (!identity.userid) throw new DemoHttpError(403, 'Permission check failed (user != null)');
  return { status: 200, data: rootIndex };
};

const failure = (error: unknown, report: () => void): Answer => {
  if (error instanceof DemoHttpError) {
    const { status, message, errors } = error;
    return { status, message: `${message.trimEnd()}\n`, ...(errors ? { errors } : {}) };
  }
  report();
  return { status: 500, message: `${error instanceof Error ? error.message : String(error)}\n` };
};

const answerCall = async (
  { state, tasks, now, certificates }: DispatchOptions,
  request: ApiRequest,
  match: {
    readonly api: ApiMethod;
    readonly uriParams: Readonly<Record<string, string>>;
    readonly endpoint: DemoEndpoint;
  },
): Promise<Answer> => {
  const { api, endpoint } = match;
  const { identity } = request;
  const sent = mergeParams(localNode(state, match.uriParams), request.sent);
  if (identity.isToken && tokenRefused.has(`${api.method} ${api.path}`)) {
    throw new DemoHttpError(
      403,
      `Permission check failed (URI '${request.path}' not available with API token, need proper ticket.\n)`,
    );
  }
  const engine = createPermissionEngine(state);
  checkApiPermission(api.perm, { state, engine, userid: identity.userid, params: sent });
  if (api.proxyto !== undefined) reachNode(state, String(sent[api.proxyto]));
  const params = validateParams(api.params, sent);
  const caller = createCaller(identity, engine);
  refuseLockedGuest(state, { method: api.method, template: api.path, params, isRoot: caller.isRoot });
  let total: number | undefined;
  const data: unknown = await endpoint.handle({
    state,
    caller,
    params,
    now: now(),
    startTask: (plan) => tasks.start(plan, identity.userid),
    findTask: (upid) => tasks.find(upid),
    stopTask: (upid) => tasks.stop(upid),
    setTotal: (count) => {
      total = count;
    },
    ...(request.uploadBytes === undefined ? {} : { uploadBytes: request.uploadBytes }),
    ...(certificates ? { certificates } : {}),
  });
  return {
    status: 200,
    data,
    ...(total === undefined ? {} : { total }),
    ...(api.path.includes('/agent/') ? { rawBooleans: true } : {}),
  };
};

/** Calls that PVE does not let API tokens make (`allowtoken => 0`). */
const tokenRefused = new Set([
  'POST /access/ticket',
  'PUT /access/password',
  'POST /access/tfa/{userid}',
  'PUT /access/tfa/{userid}/{id}',
  'DELETE /access/tfa/{userid}/{id}',
]);

const mergeParams = (uriParams: Readonly<Record<string, string>>, sent: SentParams): SentParams => {
  const contradicts = ([name, value]: [string, string]): boolean => {
    const other = sent[name];
    if (other === undefined) return false;
    return typeof other === 'string' || typeof other === 'number' ? String(other) !== value : true;
  };
  const wrong = Object.entries(uriParams).filter(contradicts);
  const message = 'duplicate parameter (already defined in URI) with conflicting values!';
  if (wrong.length > 0) refuseParams(Object.fromEntries(wrong.map(([name]) => [name, message])));
  return { ...sent, ...uriParams };
};

/** `localhost` is the node that answers, here the first one. */
const localNode = (
  state: DemoState,
  uriParams: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  uriParams.node === 'localhost'
    ? { ...uriParams, node: Object.keys(state.nodes)[0] ?? 'localhost' }
    : uriParams;

/** PVE forwards the call to the node it names: 595 when that does not answer. */
const reachNode = (state: DemoState, name: string): void => {
  const node = state.nodes[name];
  if (!node) {
    throw new DemoHttpError(
      500,
      `hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known\n`,
    );
  }
  if (!node.online) throw new DemoHttpError(595, 'No route to host');
};
