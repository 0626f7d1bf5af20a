import { readFileSync } from 'node:fs';
import { ProxmoxAiError } from '../errors.ts';

/** A file that the configuration names. Throws `config-invalid` saying which. */
export function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ProxmoxAiError('config-invalid', `The ${what} ${path} cannot be read.`, {
      hint: 'Check the path and that this user may read it.',
      cause,
    });
  }
}
