import { readText } from './read-text.ts';

/** The secret of an API token from the file that the configuration names. Throws `config-invalid`. */
export const readTokenSecret = (path: string): string => readText(path, 'token secret').trim();
