import { ProxmoxAiError } from '../../errors.ts';
import type { Target } from './target.ts';

/** Where and in which call a connection failed. */
export interface NetworkContext {
  readonly target: Target;
  /** True once bytes of the request may have reached PVE. */
  readonly sent: boolean;
  readonly method?: string;
  readonly path?: string;
}

/** Connection losses after which a GET is worth another try. */
const passing = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
]);

const certificateHint = {
  ca: 'Compare the fingerprint on the node with `pvenode cert info`, then log in again with `proxmox-ai login`.',
  expired: 'Renew it on the node: `pvecm updatecerts --force`, then `systemctl restart pveproxy`.',
  name: 'Use a name that the certificate holds, or pin its fingerprint with `proxmox-ai login`.',
} as const;

/**
 * A failed connection as `pve-tls` (the certificate is not believed), `pve-protocol` (not HTTP) or
 * `pve-unreachable`. `fields.passing` tells whether trying again may help, `fields.sent` whether PVE may have
 * received the request.
 */
export function networkError(error: Error, context: NetworkContext): ProxmoxAiError {
  const code = codeOf(error);
  const { target, sent, method, path } = context;
  const fields = {
    target: target.url,
    ...(method === undefined ? {} : { method }),
    ...(path === undefined ? {} : { path }),
    reason: code,
    sent,
  };
  const certificate = certificateProblem(code, target);
  if (certificate !== undefined) {
    return new ProxmoxAiError('pve-tls', certificate.message, { hint: certificate.hint, fields });
  }
  if (code.startsWith('HPE_') || code === 'Z_DATA_ERROR') {
    return new ProxmoxAiError('pve-protocol', `${target.url} does not answer with HTTP (${code}).`, {
      hint: 'Check that this is the address of a PVE node (port 8006).',
      fields,
    });
  }
  return new ProxmoxAiError('pve-unreachable', unreachable(code, context), {
    hint:
      sent && method !== 'GET'
        ? 'PVE may have carried it out: look at the task list before you repeat it.'
        : 'Check the address and that pveproxy runs on the node (`systemctl status pveproxy`).',
    fields: { ...fields, passing: passing.has(code) },
  });
}

function codeOf(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  // A host with several addresses fails with an AggregateError of one error per address.
  if (error instanceof AggregateError && error.errors[0] instanceof Error && !('code' in error)) {
    return codeOf(error.errors[0]);
  }
  return code;
}

function unreachable(code: string, { target, sent }: NetworkContext): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${target.url} (connection refused).`;
    case 'ENOTFOUND':
      return `The name ${target.host} is not known (ENOTFOUND).`;
    case 'EAI_AGAIN':
      return `The name ${target.host} could not be looked up (EAI_AGAIN).`;
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
    case 'ERR_SSL_HTTP_REQUEST':
      return `${target.url} does not speak TLS (${code}).`;
    case 'ECONNRESET':
    case 'EPIPE':
      return sent
        ? `${target.url} closed the connection before it had answered (${code}).`
        : `${target.url} closed the connection (${code}).`;
    default:
      return `${target.url} cannot be reached (${code}).`;
  }
}

function certificateProblem(
  code: string,
  { url, host }: Target,
): { message: string; hint: string } | undefined {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        message: `The certificate of ${url} was made for other names than ${host}.`,
        hint: certificateHint.name,
      };
    case 'CERT_HAS_EXPIRED':
      return { message: `The certificate of ${url} has expired.`, hint: certificateHint.expired };
    case 'CERT_NOT_YET_VALID':
      return {
        message: `The certificate of ${url} is not valid yet.`,
        hint: 'Check the clocks of this machine and of the node.',
      };
    case 'CERT_NOT_PINNED':
      return { message: `${url} no longer shows the pinned certificate.`, hint: certificateHint.ca };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return {
        message: `The certificate of ${url} is not signed by a CA that is trusted here.`,
        hint: certificateHint.ca,
      };
    default:
      return /^(CERT_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|EE_|CA_|ERR_TLS_CERT)/.test(code)
        ? { message: `The certificate of ${url} was refused (${code}).`, hint: certificateHint.ca }
        : undefined;
  }
}
