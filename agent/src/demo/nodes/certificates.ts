import { X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { nodeOf } from '../cluster/node-list.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

/** A name as OpenSSL prints it in one line: `/OU=…/O=…/CN=…`. */
const oneLine = (name: string): string =>
  name
    .split('\n')
    .map((part) => `/${part}`)
    .join('');

/** PVE writes each group of an IPv6 address with four digits; Node leaves leading zeros out. */
const alternativeName = (entry: string): string => {
  const value = entry.replace(/^(?:DNS|IP Address):/, '');
  return entry.startsWith('IP') && value.includes(':')
    ? value
        .toLowerCase()
        .split(':')
        .map((group) => group.padStart(4, '0'))
        .join(':')
    : value;
};

/** Bits of an elliptic curve's keys; RSA keys know their own. */
const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 };

/** Type in OpenSSL's short names, and size in bits. */
const keyFacts = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): Record<string, unknown> => ({
  'public-key-type': asymmetricKeyType === 'ec' ? 'id-ecPublicKey' : 'rsaEncryption',
  'public-key-bits': asymmetricKeyDetails?.modulusLength ?? curveBits[asymmetricKeyDetails?.namedCurve ?? ''],
});

/** A certificate as PVE::Certificate::get_certificate_info tells it. */
const certificateInfo = (filename: string, pem: string): Record<string, unknown> => {
  const certificate = new X509Certificate(pem);
  return {
    filename,
    fingerprint: certificate.fingerprint256,
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    notbefore: certificate.validFromDate.getTime() / 1000,
    notafter: certificate.validToDate.getTime() / 1000,
    san: certificate.subjectAltName?.split(', ').map(alternativeName) ?? [],
    ...keyFacts(certificate.publicKey),
    pem: certificate.toString(),
  };
};

/** The cluster's CA and the certificate that the server shows: one for every node, because one server answers for all. */
const info = (context: DemoContext): unknown => {
  nodeOf(context);
  const { certificates } = context;
  if (!certificates) return [];
  return [
    certificateInfo('pve-root-ca.pem', certificates.caPem),
    certificateInfo('pve-ssl.pem', certificates.certPem),
  ];
};

export const certificateEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/certificates/info', handle: info },
];
