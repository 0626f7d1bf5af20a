/** Parameters as sent: text, repeated text, or whatever a JSON body holds. */
export type SentParams = Record<string, unknown>;

const decode = (text: string): string => {
  const bytes = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(bytes);
  } catch {
    // PVE decodes byte by byte and replaces what is not UTF-8.
    const raw = bytes.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    return Buffer.from(raw, 'latin1').toString('utf8');
  }
};

/** A query string or form body as PVE reads it: `&` or `;` between, repeated names give arrays (pve-http-server). */
export const decodeUrlencoded = (text: string): SentParams => {
  const params: SentParams = Object.create(null) as SentParams;
  for (const pair of text.split(/[&;]/).filter(Boolean)) {
    const [name = '', value] = pair.split('=', 2);
    const key = decode(name);
    const old = params[key];
    if (value === undefined) {
      params[key] = undefined;
    } else if (old === undefined) {
      params[key] = decode(value);
    } else {
      params[key] = Array.isArray(old) ? [...(old as unknown[]), decode(value)] : [old, decode(value)];
    }
  }
  return params;
};

/** The fields of an upload form; of the file only its name and size are kept. */
export interface UploadForm {
  readonly fields: SentParams;
  readonly filename: string;
  readonly bytes: number;
}

const partName = /Content-Disposition: form-data; name="([^"]+)"(?:; filename="([^"]+)")?/i;

/** Reads a `multipart/form-data` body; undefined when it has no file part named `filename`, as PVE requires. */
export const decodeMultipart = (body: Buffer, boundary: string): UploadForm | undefined => {
  const fields: SentParams = {};
  let file: { filename: string; bytes: number } | undefined;
  // latin1 keeps one character a byte, so lengths stay right for binary content.
  for (const part of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const split = part.indexOf('\r\n\r\n');
    const [, name, filename] = partName.exec(part.slice(0, split)) ?? [];
    if (split < 0 || name === undefined) continue;
    const content = part.slice(split + 4).replace(/\r\n$/, '');
    if (filename === undefined) fields[name] = Buffer.from(content, 'latin1').toString('utf8').trim();
    else if (name === 'filename')
      file = { filename: Buffer.from(filename, 'latin1').toString('utf8').trim(), bytes: content.length };
  }
  return file && { fields, ...file };
};
