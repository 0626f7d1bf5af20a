import type { ProxmoxAiError } from '../errors.ts';

/** An error as `--json` prints it: the `error` form of `proxmox-ai schema error`. */
export const errorJson = ({
  code,
  message,
  hint,
  fields,
}: Pick<ProxmoxAiError, 'code' | 'message' | 'hint' | 'fields'>): string =>
  JSON.stringify({ error: { code, message, ...(hint === undefined ? {} : { hint }), fields } }, null, 2);
