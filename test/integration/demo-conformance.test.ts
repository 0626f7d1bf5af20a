import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoEndpoints } from '../../agent/src/demo/endpoints.ts';
import { apiMethod, apiMethods } from '../../agent/src/demo/server/schema.ts';
import type { ApiMethod, ParamSchema } from '../../agent/src/demo/server/schema.ts';
import { startDemo } from '../../agent/src/demo/start.ts';
import type { DemoCluster } from '../../agent/src/demo/start.ts';
import { callApi, logIn, logInAsRoot } from './clients/api.ts';
import type { ApiAnswer, ApiCall, Session } from './clients/api.ts';

/** The official schema as published with PVE's documentation; not part of this repository. */
const official = new URL('../../../shared/data/pve-apidata.json', import.meta.url);

const served = demoEndpoints.map((endpoint) => ({
  name: `${endpoint.method} ${endpoint.path}`,
  api: apiMethod(endpoint.method, endpoint.path),
}));
const calls = served.flatMap(({ api }) => (api ? [api] : []));

let demo: DemoCluster;
let root: Session;
let nobody: Session;
const defects: string[] = [];
let checks = 0;

beforeAll(async () => {
  demo = await startDemo({
    authDelayMs: 0,
    speed: Infinity,
    onDefect: (error, call) =>
      defects.push(`${call}: ${error instanceof Error ? (error.stack ?? '') : String(error)}`),
  });
  root = await logInAsRoot(demo);
  const params = { userid: 'nobody@pve', password: 'nothing-at-all' };
  await root.call({ method: 'POST', path: '/access/users', params });
  nobody = await logIn(demo, params.userid, params.password);
});
afterAll(async () => {
  await demo.close();
  process.stdout.write(
    `conformance: ${served.length} of PVE's ${apiMethods.length} calls served and checked, ${checks} answers judged\n`,
  );
});

const isUpload = ({ path }: ApiMethod): boolean => path.endsWith('/upload');

const guestOf = (type: string): string =>
  String(
    Object.values(demo.state.guests).find((guest) => guest.type === type && guest.node === 'pve1')?.vmid ?? 0,
  );

/** A path with values that exist where the node or the guest counts. */
const pathOf = ({ path }: ApiMethod): string =>
  path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => {
    if (name === 'node') return 'pve1';
    if (name === 'vmid') return guestOf(path.includes('/lxc/') ? 'lxc' : 'qemu');
    return name === 'userid' ? 'root@pam' : 'x1';
  });

const multipart = (fields: Readonly<Record<string, string>>): Pick<ApiCall, 'body' | 'headers'> => {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const file =
    '--b\r\nContent-Disposition: form-data; name="filename"; filename="a.iso"\r\n\r\nx\r\n--b--\r\n';
  return { body: `${parts.join('')}${file}`, headers: { 'Content-Type': 'multipart/form-data; boundary=b' } };
};

const send = (
  api: ApiMethod,
  params: Readonly<Record<string, string>>,
  session: Session = root,
): Promise<ApiAnswer> => {
  checks += 1;
  const call = { method: api.method, path: pathOf(api) };
  return session.call(isUpload(api) ? { ...call, ...multipart(params) } : { ...call, params });
};

/** Runs over all calls, eight at a time, and gives what was found wrong with them. */
const findings = async (judge: (api: ApiMethod) => Promise<string[]>, apis = calls): Promise<string[]> => {
  const found: string[] = [];
  const queue = [...apis];
  const worker = async (): Promise<void> => {
    for (let api = queue.shift(); api; api = queue.shift()) {
      const { method, path } = api;
      found.push(...(await judge(api)).map((text) => `${method} ${path}: ${text}`));
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return found;
};

const bodyParams = ({ params, path }: ApiMethod): [string, ParamSchema][] =>
  Object.entries(params)
    .filter(([name]) => !path.includes(`{${name}}`) && name !== 'tmpfilename')
    .filter(([name]) => name !== 'filename' || !path.endsWith('/upload'));

const sentName = (name: string): string => name.replace('[n]', '0');

/** A parameter that no call knows: the call is never carried out. */
const unknown = { 'no-such-parameter': '1' };

/** A value that the schema forbids, and how PVE's message about it begins. */
const forbidden = (schema: ParamSchema): [string, string] | undefined => {
  if (schema.type === 'integer' || schema.type === 'number')
    return ['x', `type check ('${schema.type}') failed - got 'x'`];
  if (schema.type === 'boolean') return ['maybe', "type check ('boolean') failed - got 'maybe'"];
  if (schema.enum && schema.format === undefined)
    return ['no-such-value', "value 'no-such-value' does not have a value in the enumeration"];
  return undefined;
};

const outOfRange = ({
  type,
  maximum,
  minimum,
  maxLength,
  format,
  pattern,
}: ParamSchema): [string, string] | undefined => {
  if (format !== undefined || pattern !== undefined) return undefined;
  if (maximum !== undefined) return [String(maximum + 1), `value must have a maximum value of ${maximum}`];
  if (minimum !== undefined) return [String(minimum - 1), `value must have a minimum value of ${minimum}`];
  return type === 'string' && maxLength !== undefined && maxLength < 5000
    ? ['x'.repeat(maxLength + 1), `value may only be ${maxLength} characters long`]
    : undefined;
};

const judgeValues =
  (wrong: (schema: ParamSchema) => [string, string] | undefined) =>
  async (api: ApiMethod): Promise<string[]> => {
    const bad = bodyParams(api).flatMap(([name, schema]) => {
      const pair = wrong(schema);
      return pair ? [[sentName(name), ...pair] as const] : [];
    });
    if (bad.length === 0) return [];
    const answer = await send(api, {
      ...unknown,
      ...Object.fromEntries(bad.map(([name, value]) => [name, value])),
    });
    return bad
      .filter(([name, , message]) => answer.json?.errors?.[name]?.startsWith(message) !== true)
      .map(
        ([name, value]) =>
          `${name}=${value} was answered ${answer.status} ${answer.json?.errors?.[name] ?? answer.reason}`,
      );
  };

interface Returned {
  readonly type?: string;
  readonly optional?: boolean;
  readonly items?: Returned;
  readonly properties?: Readonly<Record<string, Returned>>;
}

const returnsOf = (api: ApiMethod): Returned =>
  (api as ApiMethod & { readonly returns?: Returned }).returns ?? {};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  object: isRecord,
  null: (value) => value === null,
  boolean: (value) => value === 0 || value === 1 || value === '0' || value === '1',
  integer: (value) => Number.isInteger(Number(value)),
  number: (value) => Number.isFinite(Number(value)),
  string: (value) => typeof value === 'string' || typeof value === 'number',
};

/** Mandatory by the schema, but PVE leaves them out when there is nothing to say. */
const oftenAbsent =
  /^(?:GET \/cluster\/mapping\/(?:pci|usb|dir) (?:description|error)|GET \/nodes\/\{node\}\/disks\/list mounted)$/;

/** Where a value departs from the types and the mandatory properties that the schema states; null is Perl's undef. */
const misshapen = (schema: Returned, value: unknown, call: string, at = 'data'): string[] => {
  if (value !== null && schema.type !== undefined && shapes[schema.type]?.(value) === false) {
    return [`${at} is ${JSON.stringify(value).slice(0, 60)}, not ${schema.type}`];
  }
  const { items, properties } = schema;
  if (Array.isArray(value)) {
    return items ? value.slice(0, 5).flatMap((item, i) => misshapen(items, item, call, `${at}[${i}]`)) : [];
  }
  if (!isRecord(value) || !properties || Array.isArray(properties)) return [];
  return Object.entries(properties).flatMap(([name, inner]) => {
    if (value[name] !== undefined) return misshapen(inner, value[name], call, `${at}.${name}`);
    return inner.optional || oftenAbsent.test(`${call} ${name}`) ? [] : [`${at}.${name} is missing`];
  });
};

describe('the schema', () => {
  test('every call the demo serves is one of PVE’s, and none twice', () => {
    expect(served.length).toBeGreaterThan(30);
    expect(served.filter(({ api }) => !api).map(({ name }) => name)).toEqual([]);
    expect(new Set(served.map(({ name }) => name)).size).toBe(served.length);
  });

  test.runIf(existsSync(official))('the committed facts agree with the official schema', () => {
    const { endpoints } = JSON.parse(readFileSync(official, 'utf8')) as { endpoints: ApiMethod[] };
    const byName = new Map(endpoints.map((api) => [`${api.method} ${api.path}`, api]));
    const withoutTexts = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
        key === 'd' && typeof inner === 'string' ? undefined : inner,
      );
    for (const api of calls) {
      const theirs = byName.get(`${api.method} ${api.path}`);
      expect(withoutTexts(theirs?.params ?? {}), `parameters of ${api.method} ${api.path}`).toEqual(
        api.params,
      );
      expect(withoutTexts(theirs?.perm ?? null), `permission of ${api.method} ${api.path}`).toEqual(api.perm);
      expect(theirs?.proxyto).toBe(api.proxyto);
    }
    process.stdout.write(`conformance: ${calls.length} calls equal to the official schema\n`);
  });
});

describe('every call', () => {
  test('refuses an unknown parameter and names each missing one', async () => {
    const found = await findings(async (api) => {
      const answer = await send(api, unknown);
      const { errors = {} } = answer.json ?? {};
      const missing = bodyParams(api).filter(([name, schema]) => !schema.optional && !name.includes('[n]'));
      return [
        ...(answer.status === 400 ? [] : [`${answer.status} ${answer.reason} instead of 400`]),
        ...(answer.reason === 'Parameter verification failed.' ? [] : [`reason ${answer.reason}`]),
        ...((errors['no-such-parameter'] ?? '').includes('not defined in schema')
          ? []
          : ['unknown parameter not named']),
        ...missing
          .filter(([name]) => errors[name] !== 'property is missing and it is not optional')
          .map(([name]) => `missing ${name} not named`),
      ];
    });
    expect(found).toEqual([]);
  });

  test('refuses values of the wrong type or outside of the enumeration', async () => {
    expect(await findings(judgeValues(forbidden))).toEqual([]);
  });

  test('refuses values outside of the range', async () => {
    expect(await findings(judgeValues(outOfRange))).toEqual([]);
  });

  test('needs a login, except those PVE opens to the world', async () => {
    const found = await findings(async (api) => {
      checks += 1;
      const answer = await callApi(demo, { method: api.method, path: pathOf(api), params: unknown });
      const expected = api.perm?.user === 'world' ? 400 : 401;
      return answer.status === expected ? [] : [`${answer.status} ${answer.reason} instead of ${expected}`];
    });
    expect(found).toEqual([]);
  });

  test('refuses a user without rights where the schema has a check', async () => {
    const guarded = calls.filter(({ perm }) => perm === null || (perm.check && perm.user === undefined));
    const found = await findings(async (api) => {
      const named = Object.fromEntries(
        Object.entries({ userid: 'root@pam', path: '/' }).filter(([name]) => name in api.params),
      );
      const answer = await send(api, { ...unknown, ...named }, nobody);
      return answer.status === 403 && answer.reason.startsWith('Permission check failed')
        ? []
        : [`${answer.status} ${answer.reason} instead of 403`];
    }, guarded);
    expect(guarded.length).toBeGreaterThan(10);
    expect(found).toEqual([]);
  });

  test('reads without a defect, in the shape the schema states', async () => {
    const found = await findings(
      async (api) => {
        const { status, reason, json } = await send(api, {});
        if (status > 500) return [`${status} ${reason}`];
        return status === 200 ? misshapen(returnsOf(api), json?.data, `GET ${api.path}`) : [];
      },
      calls.filter(({ method }) => method === 'GET'),
    );
    expect(found).toEqual([]);
    expect(defects).toEqual([]);
  });
});
