import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decodeMultipart, decodeUrlencoded } from './decode.ts';
import type { SentParams } from './decode.ts';

/** pve-http-server's limit for anything but file uploads. */
const maxPost = 512 * 1024;
/** The demo does not keep uploaded files, so that big ones would only cost memory. */
const maxUpload = 64 * 1024 * 1024;

export type ReadBody =
  | { readonly params: SentParams; readonly uploadBytes?: number }
  | { readonly status: number; readonly refusal: string };

/** The parameters in a request's body, or the refusal that pve-http-server answers. */
export const readBody = async (request: IncomingMessage, isUpload: boolean): Promise<ReadBody> => {
  const length = Number(request.headers['content-length'] ?? 0);
  const { method = '' } = request;
  if (!length) return { params: {} };
  if (method !== 'PUT' && method !== 'POST')
    return { status: 501, refusal: `Unexpected content for method '${method}'` };
  const [type = '', ...options] = (request.headers['content-type'] ?? '').split(/\s*[;,]\s*/);
  if (isUpload) return readUpload(request, length, type, options);
  if (length > maxPost) return { status: 501, refusal: 'for data too large' };
  if (type === '' || type === 'application/x-www-form-urlencoded') {
    return { params: decodeUrlencoded((await collect(request)).toString('latin1')) };
  }
  if (type !== 'application/json')
    return { status: 506, refusal: `upload 'Content-Type '${type}' not implemented` };
  return readJson((await collect(request)).toString('utf8'));
};

const readJson = (text: string): ReadBody => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { params: { ...value } };
  } catch {
    // as for a document that is no object
  }
  return {
    status: 500,
    refusal: 'malformed JSON string, neither tag, array, object, number, string or atom',
  };
};

const readUpload = async (
  request: IncomingMessage,
  length: number,
  type: string,
  options: readonly string[],
): Promise<ReadBody> => {
  const boundary = options.map((option) => /^boundary\s*=\s*"?([^"\s]+)"?$/.exec(option)?.[1]).find(Boolean);
  if (type !== 'multipart/form-data' || boundary === undefined) {
    return { status: 500, refusal: `upload 'Content-Type '${type}' not implemented` };
  }
  if (length > maxUpload) return { status: 500, refusal: 'upload failed' };
  const form = decodeMultipart(await collect(request), boundary);
  if (!form) return { status: 500, refusal: 'upload failed' };
  const name = createHash('md5').update(`${form.filename}${form.bytes}`).digest('hex');
  return {
    params: { ...form.fields, filename: form.filename, tmpfilename: `/var/tmp/pveupload-${name}` },
    uploadBytes: form.bytes,
  };
};

const collect = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};
