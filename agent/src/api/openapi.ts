import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { version } from '../session/version.ts';
import { routes, type Route } from './routes.ts';
import { errorSchema } from './schemas.ts';

function operation(route: Route): ZodOpenApiOperationObject {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return {
    operationId: `${route.method}${route.path.replace(/[/{}]+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    summary: route.summary,
    requestParams: {
      ...(names.length === 0
        ? {}
        : { path: z.object(Object.fromEntries(names.map((name) => [name, z.string()]))) }),
      ...(route.query === undefined ? {} : { query: route.query }),
    },
    ...(route.body === undefined
      ? {}
      : { requestBody: { content: { 'application/json': { schema: route.body } } } }),
    responses: {
      [String(route.status ?? 200)]: {
        description: route.summary,
        content: { 'application/json': { schema: route.response } },
      },
      default: {
        description: 'What went wrong and what to do',
        content: { 'application/json': { schema: errorSchema } },
      },
    },
  };
}

/** The OpenAPI 3.1 document of the agent, made from the routes' own schemas. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Proxmox AI agent',
      version,
      description:
        'Served on a unix socket. Requests act as the identity in the header X-Proxmox-AI-Identity, or as the agent itself.',
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    paths,
  });
}
