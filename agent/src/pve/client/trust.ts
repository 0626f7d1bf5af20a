import { X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { ProxmoxAiError } from '../../errors.ts';

/** Whom to believe that the server is the PVE it claims to be. */
export type Trust =
  /** This machine's CAs, and the ones Node ships. */
  | { readonly kind: 'system' }
  /** A CA certificate, as `/etc/pve/pve-root-ca.pem`. */
  | { readonly kind: 'ca'; readonly pem: string }
  /** The leaf certificate's SHA-256 fingerprint, whatever CA signed it: how PVE's nodes trust one another. */
  | { readonly kind: 'fingerprint'; readonly sha256: string };

/** TLS options by which every new socket is verified in its handshake, before a byte of ours is written. */
export interface TrustOptions {
  readonly secureContext: tls.SecureContext;
  readonly checkServerIdentity?: (host: string, certificate: tls.PeerCertificate) => Error | undefined;
}

let systemOnce: tls.SecureContext | undefined;

/** CAs of the operating system and of Node, `NODE_EXTRA_CA_CERTS` included. Built once, and only when needed: it costs some 130 ms. */
export function systemContext(): tls.SecureContext {
  systemOnce ??= tls.createSecureContext({
    ca: [...new Set([...tls.getCACertificates('system'), ...tls.getCACertificates('default')])],
  });
  return systemOnce;
}

/** No CA at all, for a probe whose verdict on the certificate nobody asks for. */
export function noContext(): tls.SecureContext {
  return tls.createSecureContext({ ca: [] });
}

/** Trust in the given CA (or bundle of them) only. Throws `config-invalid` when the text holds no certificate. */
export function caTrust(pem: string): TrustOptions {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    const ca = blocks.map((block) => new X509Certificate(block).toString());
    if (ca.length > 0) return { secureContext: tls.createSecureContext({ ca }) };
  } catch {
    // Falls through to the refusal below; OpenSSL's reason would not help a person.
  }
  throw new ProxmoxAiError('config-invalid', 'The CA certificate is not a PEM certificate.', {
    hint: 'On a PVE node it is /etc/pve/pve-root-ca.pem.',
  });
}

/**
 * Trust in exactly this leaf certificate. OpenSSL accepts it as the end of a chain, so whichever CA signed it does
 * not matter; the identity check repeats the comparison, so that nothing it may have signed passes either.
 */
export function leafTrust(leaf: X509Certificate): TrustOptions {
  const pinned = leaf.fingerprint256;
  return {
    secureContext: tls.createSecureContext({ ca: [leaf.toString()], allowPartialTrustChain: true }),
    checkServerIdentity: (_host, certificate) =>
      certificate.fingerprint256 === pinned
        ? undefined
        : Object.assign(new Error('The certificate is not the pinned one.'), { code: 'CERT_NOT_PINNED' }),
  };
}
