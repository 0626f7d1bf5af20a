import { Agent, request } from 'node:https';
import { demoAccounts } from '../../../agent/src/demo/accounts.ts';
import type { DemoCluster } from '../../../agent/src/demo/start.ts';

export interface ApiCall {
  readonly method?: string;
  /** After `/api2/json`. */
  readonly path: string;
  readonly format?: string;
  /** Sent as a form in POST and PUT, as query otherwise. */
  readonly params?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is instead of `params`. */
  readonly body?: string | Buffer;
}

export interface ApiAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json:
    { data?: unknown; errors?: Record<string, string>; message?: string; [key: string]: unknown } | undefined;
}

export interface Session {
  readonly call: (call: ApiCall) => Promise<ApiAnswer>;
}

const agents = new WeakMap<DemoCluster, Agent>();

const agentOf = (demo: DemoCluster): Agent => {
  const agent = agents.get(demo) ?? new Agent({ ca: demo.caPem, keepAlive: true, maxSockets: 8 });
  agents.set(demo, agent);
  return agent;
};

const parse = (text: string): ApiAnswer['json'] => {
  try {
    return JSON.parse(text) as ApiAnswer['json'];
  } catch {
    return undefined;
  }
};

/** One request to the demo over verified HTTPS, without any client library in between. */
export const callApi = (demo: DemoCluster, call: ApiCall): Promise<ApiAnswer> => {
  const { method = 'GET', path, format = 'json', params = {}, headers = {} } = call;
  const form = new URLSearchParams(params).toString();
  const inBody = method === 'POST' || method === 'PUT';
  const body = call.body ?? (inBody ? form : '');
  const query = inBody || form === '' ? '' : `?${form}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${demo.url}/api2/${format}${path}${query}`,
      {
        method,
        agent: agentOf(demo),
        headers: {
          ...(body.length > 0
            ? {
                'Content-Type': 'application/x-www-form-urlencoded',
                'Content-Length': Buffer.byteLength(body),
              }
            : {}),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            headers: response.headers,
            text,
            json: parse(text),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
};

/** A login by password; throws when it is refused. */
export const logIn = async (demo: DemoCluster, userid: string, password: string): Promise<Session> => {
  const answer = await callApi(demo, {
    method: 'POST',
    path: '/access/ticket',
    params: { username: userid, password },
  });
  const data = answer.json?.data as { ticket: string; CSRFPreventionToken: string } | null | undefined;
  if (!data) throw new Error(`Login as ${userid} was answered ${answer.status} ${answer.reason}`);
  const headers = {
    Cookie: `PVEAuthCookie=${encodeURIComponent(data.ticket)}`,
    CSRFPreventionToken: data.CSRFPreventionToken,
  };
  return { call: (call) => callApi(demo, { ...call, headers: { ...headers, ...call.headers } }) };
};

export const logInAsRoot = (demo: DemoCluster): Promise<Session> =>
  logIn(demo, demoAccounts.root.userid, demoAccounts.root.password);

/** A session with an API token. */
export const withToken = (demo: DemoCluster, tokenid: string, secret: string): Session => ({
  call: (call) =>
    callApi(demo, {
      ...call,
      headers: { Authorization: `PVEAPIToken=${tokenid}=${secret}`, ...call.headers },
    }),
});
