import { z } from 'zod';
import { ProxmoxAiError } from '../../errors.ts';
import { answerError, type CallContext } from './answer-error.ts';
import type { RawAnswer } from './exchange.ts';

const bodySchema = z.looseObject({
  data: z.unknown().optional(),
  message: z.string().nullish(),
  errors: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * The `data` of PVE's answer. PVE's errors are thrown under their code; an answer that is not PVE's JSON (HTML of
 * a proxy's login page, cut-off or malformed JSON, a redirect) is `pve-protocol`.
 */
export function readAnswer(raw: RawAnswer, context: CallContext): unknown {
  const { json, body } = parseBody(raw);
  if (raw.status >= 400) {
    const errors = Object.fromEntries(
      Object.entries(body?.errors ?? {}).map(([name, text]) => [name, String(text).trim()]),
    );
    // pve-http-server 4 and older give the message in the reason phrase only.
    const message = (body?.message ?? '').trim() || raw.reason.trim();
    throw answerError({ status: raw.status, message, errors }, context);
  }
  if (raw.status < 200 || raw.status >= 300) {
    throw wrongShape(
      `${context.target} answers ${raw.status} ${raw.reason}, which PVE's API never does.`,
      context,
    );
  }
  if (body === undefined) {
    const what =
      json === 'malformed' ? 'malformed JSON' : looksHtml(raw) ? 'a web page' : 'something else than JSON';
    throw wrongShape(`${context.method} ${context.path} was answered with ${what}.`, context);
  }
  if (!('data' in body)) {
    throw wrongShape(`The answer to ${context.method} ${context.path} holds no "data".`, context);
  }
  return body.data;
}

function parseBody(raw: RawAnswer): {
  json: 'fine' | 'malformed' | 'none';
  body?: z.infer<typeof bodySchema>;
} {
  const claimed = raw.contentType.includes('json');
  if (!claimed && !/^\s*\{/.test(raw.body)) return { json: 'none' };
  try {
    const parsed = bodySchema.safeParse(JSON.parse(raw.body));
    return parsed.success ? { json: 'fine', body: parsed.data } : { json: 'none' };
  } catch {
    return { json: 'malformed' };
  }
}

function looksHtml(raw: RawAnswer): boolean {
  return raw.contentType.includes('html') || /^\s*<(!doctype|html)/i.test(raw.body);
}

function wrongShape(message: string, { target, method, path }: CallContext): ProxmoxAiError {
  return new ProxmoxAiError('pve-protocol', message, {
    hint: `Check that ${target} is a PVE node and not a proxy or another service in front of it.`,
    fields: { target, method, path },
  });
}
