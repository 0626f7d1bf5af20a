import 'reflect-metadata';
import { createPrivateKey, randomUUID, webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** What an HTTPS server of a PVE cluster has: the cluster's CA and a certificate it signed, as PEM. */
export interface DemoTls {
  readonly caPem: string;
  readonly caKeyPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

/**
 * A new CA as PVE names it, and a server certificate for `localhost`, the loopback addresses and the node names.
 * EC P-256, because generating it costs milliseconds.
 */
export const createTls = async (nodes: readonly string[]): Promise<DemoTls> => {
  x509.cryptoProvider.set(webcrypto);
  const notBefore = new Date(Date.now() - day);
  const caKeys = await generateKeys();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=Proxmox Virtual Environment, OU=${randomUUID()}, O=PVE Cluster Manager CA`,
    notBefore,
    notAfter: new Date(Date.now() + 3650 * day),
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const keys = await generateKeys();
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: `OU=PVE Cluster Node, O=Proxmox Virtual Environment, CN=${nodes[0] ?? 'localhost'}`,
    issuer: ca.subject,
    notBefore,
    notAfter: new Date(Date.now() + 730 * day),
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
        { type: 'dns', value: 'localhost' },
        ...nodes.map((name) => ({ type: 'dns' as const, value: name })),
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  return {
    caPem: ca.toString('pem'),
    caKeyPem: await keyPem(caKeys.privateKey),
    certPem: cert.toString('pem'),
    keyPem: await keyPem(keys.privateKey),
  };
};

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

const keyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/** SHA-256 of the certificate as PVE shows it: upper-case hex with colons. */
export const fingerprintOf = (certPem: string): string => new X509Certificate(certPem).fingerprint256;

/**
 * Why saved certificates cannot be used at a time (milliseconds): they do not parse, do not belong together or are not
 * valid then. Undefined when they can.
 */
export const tlsFault = (tls: DemoTls, at: number): string | undefined => {
  const pairs = [
    ['CA certificate', tls.caPem, tls.caKeyPem],
    ['server certificate', tls.certPem, tls.keyPem],
  ] as const;
  for (const [name, certPem, keyText] of pairs) {
    try {
      const certificate = new X509Certificate(certPem);
      if (!certificate.checkPrivateKey(createPrivateKey(keyText))) return `the ${name} has another key`;
      if (at < certificate.validFromDate.getTime()) return `the ${name} is not valid yet`;
      if (at > certificate.validToDate.getTime()) return `the ${name} has expired`;
    } catch {
      return `the ${name} or its key cannot be read`;
    }
  }
  const issuedByCa = new X509Certificate(tls.certPem).verify(new X509Certificate(tls.caPem).publicKey);
  return issuedByCa ? undefined : 'the server certificate is from another CA';
};
