import { ProxmoxAiError } from '../../errors.ts';
import type { HttpMethod, PveCall, PveClient, PveParams } from '../types.ts';
import { parseWith } from './parse-with.ts';

type Answer = (params: PveParams, path: string) => unknown;

export interface ScriptedClient extends PveClient {
  readonly paths: string[];
  readonly methods: HttpMethod[];
  answer(path: string, params: PveParams): unknown;
}

/** A PveClient for unit tests: answers by how the path ends, the longest ending first; all else is PVE's 501. */
export function scriptedClient(answers: Readonly<Record<string, Answer>>): ScriptedClient {
  const paths: string[] = [];
  const methods: HttpMethod[] = [];
  const endings = Object.entries(answers).sort(([a], [b]) => b.length - a.length);
  const answer = (path: string, params: PveParams): unknown => {
    const found = endings.find(([ending]) => path.endsWith(ending));
    if (found === undefined) {
      throw new ProxmoxAiError('pve-server', `Method 'GET ${path}' not implemented`, {
        fields: { status: 501 },
      });
    }
    return found[1](params, path);
  };
  const call = async ({ method, path, params = {} }: PveCall, signal?: AbortSignal): Promise<unknown> => {
    if (signal?.aborted === true) throw new ProxmoxAiError('cancelled', 'The run was cancelled.');
    paths.push(path);
    methods.push(method);
    await Promise.resolve();
    return answer(path, params);
  };
  return {
    target: 'https://pve1:8006',
    userid: 'root@pam',
    paths,
    methods,
    answer,
    call: (request, options) => call(request, options?.signal),
    get: async (path, schema, params, options) =>
      parseWith(
        schema,
        await call({ method: 'GET', path, ...(params === undefined ? {} : { params }) }, options?.signal),
        path,
      ),
    close: () => undefined,
  };
}
