import 'reflect-metadata';
import { webcrypto, X509Certificate as NodeCertificate, KeyObject } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
  cryptoProvider,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;
let serial = 1;

export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
  readonly fingerprint: string;
}

export interface Authority {
  readonly pem: string;
  /** A server certificate for the names; `validDays` negative: it has expired. */
  issue(names: { dns?: string[]; ip?: string[] }, validDays?: number): Promise<ServerCertificate>;
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** A CA of its own, as each PVE cluster has one. */
export async function createAuthority(name = 'PVE Cluster Manager CA'): Promise<Authority> {
  const keys = await newKeys();
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: (serial++).toString(16).padStart(2, '0'),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 400 * day),
    notAfter: new Date(Date.now() + 400 * day),
    keys,
    signingAlgorithm: algorithm,
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });
  return {
    pem: root.toString('pem'),
    async issue({ dns = [], ip = [] }, validDays = 30) {
      const own = await newKeys();
      const leaf = await X509CertificateGenerator.create({
        serialNumber: (serial++).toString(16).padStart(2, '0'),
        subject: `CN=${dns[0] ?? ip[0] ?? 'pve1'}`,
        issuer: root.subject,
        notBefore: new Date(Date.now() - 60 * day),
        notAfter: new Date(Date.now() + validDays * day),
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [
          new BasicConstraintsExtension(false),
          new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
          new SubjectAlternativeNameExtension([
            ...dns.map((value) => ({ type: 'dns' as const, value })),
            ...ip.map((value) => ({ type: 'ip' as const, value })),
          ]),
        ],
      });
      const cert = leaf.toString('pem');
      return {
        cert,
        key: KeyObject.from(own.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
        fingerprint: new NodeCertificate(cert).fingerprint256,
      };
    },
  };
}
