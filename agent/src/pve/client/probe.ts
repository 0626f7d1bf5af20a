import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import tls from 'node:tls';
import { ProxmoxAiError } from '../../errors.ts';
import { startDeadline } from './deadline.ts';
import { networkError } from './network-error.ts';
import { parseTarget, type Target } from './target.ts';
import { systemContext } from './trust.ts';

/** What a server shows of itself before anything was sent to it. */
export interface ServerCertificate {
  /** SHA-256 of the leaf certificate, as PVE spells it. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  /** ISO 8601. */
  readonly validTo: string;
  /** True when this machine's CAs vouch for it under this host name. */
  readonly trusted: boolean;
}

/**
 * The certificate a target shows, for the login dialogue. Sends nothing but the TLS handshake.
 * Throws `pve-unreachable` when nobody answers with TLS, `config-invalid` for a malformed target.
 */
export async function probeFingerprint(
  target: string,
  options: Omit<ProbeOptions, 'context'> = {},
): Promise<ServerCertificate> {
  const { certificate, trusted } = await probeLeaf(parseTarget(target), options);
  return {
    fingerprint: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validTo: certificate.validToDate.toISOString(),
    trusted,
  };
}

interface ProbeOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** CAs to judge `trusted` by; default: this machine's. */
  readonly context?: tls.SecureContext;
}

/**
 * The leaf certificate of a target. Verification stays on: the certificate is read when the handshake is complete
 * and before Node's verdict on it, which then tells `trusted`. Nothing is written to the connection.
 */
export function probeLeaf(
  target: Target,
  { signal, timeoutMs = 10_000, context }: ProbeOptions = {},
): Promise<{ certificate: X509Certificate; trusted: boolean }> {
  const deadline = startDeadline(
    timeoutMs,
    signal,
    () =>
      new ProxmoxAiError('pve-unreachable', `${target.url} did not answer within ${timeoutMs / 1000} s.`, {
        hint: 'Check the address, and that port 8006 is not blocked by a firewall.',
        fields: { target: target.url, reason: 'timeout', sent: false },
      }),
  );
  return new Promise<{ certificate: X509Certificate; trusted: boolean }>((resolve, reject) => {
    let certificate: X509Certificate | undefined;
    const socket = tls.connect({
      host: target.host,
      port: target.port,
      secureContext: context ?? systemContext(),
      ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    });
    const closed: Error = Object.assign(new Error('closed'), { code: 'ECONNRESET' });
    const finish = (trusted: boolean, error?: Error): void => {
      socket.destroy();
      if (certificate !== undefined) resolve({ certificate, trusted });
      else reject(networkError(error ?? new Error('No certificate was shown.'), { target, sent: false }));
    };
    // Runs before tls.connect's own listener, which destroys the socket when the certificate is not trusted.
    socket.prependListener('secure', () => {
      certificate = socket.getPeerX509Certificate();
    });
    socket.once('secureConnect', () => finish(socket.authorized));
    socket.on('error', (error: Error) => finish(false, error));
    socket.once('close', () => finish(false, closed));
    const onAbort = (): void => {
      socket.destroy();
      reject(deadline.signal.reason as Error);
    };
    if (deadline.signal.aborted) onAbort();
    else deadline.signal.addEventListener('abort', onAbort, { once: true });
  }).finally(() => deadline.done());
}

function oneLine(name: string): string {
  return name.split('\n').join(', ');
}
