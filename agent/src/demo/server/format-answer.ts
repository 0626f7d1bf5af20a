import { STATUS_CODES } from 'node:http';

/** What a call gave, before it is written in the format asked for. */
export interface Answer {
  readonly status: number;
  /** PVE's message, with its trailing newline; becomes the reason phrase. */
  readonly message?: string;
  readonly errors?: Readonly<Record<string, string>>;
  readonly data?: unknown;
  readonly total?: number;
  /** Booleans of guest agents pass through PVE as they are; its own are 1 and 0. */
  readonly rawBooleans?: boolean;
}

export interface WireAnswer {
  readonly status: number;
  readonly reason: string;
  readonly contentType: string;
  readonly body: string;
}

export const answerFormats = ['json', 'extjs', 'htmljs'] as const;
export type AnswerFormat = (typeof answerFormats)[number];

/** The first line of a message as an HTTP reason phrase. */
export const reasonPhrase = (status: number, message: string | undefined): string =>
  (message?.split('\n', 1)[0] ?? '').replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '?') ||
  (STATUS_CODES[status] ?? '');

const perlJson = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'boolean' ? Number(inner) : inner));

/**
 * Writes an answer as pve-http-server's formatters do: `json` with the HTTP status, `extjs` and `htmljs` always with
 * 200 and `{success, message, status, errors, data}`.
 */
export const formatAnswer = (format: AnswerFormat, answer: Answer): WireAnswer => {
  const { status, errors, data = null, total } = answer;
  const failed = status >= 400;
  const message = answer.message ?? STATUS_CODES[status];
  const hasErrors = errors !== undefined && Object.keys(errors).length > 0;
  const success = !failed && !hasErrors;
  const ext = format !== 'json';
  const body = {
    data,
    ...(hasErrors ? { errors } : {}),
    ...(failed ? { message } : {}),
    ...(failed && ext ? { status } : {}),
    ...(ext ? { success: success ? 1 : 0 } : {}),
    ...(success && total ? { total } : {}),
  };
  const text = answer.rawBooleans ? JSON.stringify(body) : perlJson(body);
  return {
    status: ext ? 200 : status,
    reason: ext ? 'OK' : reasonPhrase(status, answer.message),
    contentType: `${format === 'htmljs' ? 'text/html' : 'application/json'};charset=UTF-8`,
    body: format === 'htmljs' ? escapeHtml(text) : text,
  };
};

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
