import { fingerprintOf } from '../cluster/config.ts';
import { nodeOf } from '../cluster/node-list.ts';
import { digestOf } from '../digest.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';

const DAY = 86_400;

/** The cluster's CA and the node's own certificate. They stand for PVE's; the demo server's TLS has its own. */
const info = (context: DemoContext): unknown => {
  const { state } = context;
  const node = nodeOf(context);
  const authority = `/CN=Proxmox Virtual Environment/OU=${digestOf(state.seed).slice(0, 8)}/O=PVE Cluster Manager CA`;
  const made = node.bootedAt - 400 * DAY;
  const shared = { issuer: authority, 'public-key-type': 'rsaEncryption' };
  return [
    {
      ...shared,
      filename: 'pve-root-ca.pem',
      fingerprint: fingerprintOf(state, 'pve-root-ca'),
      subject: authority,
      notbefore: made,
      notafter: made + 3650 * DAY,
      'public-key-bits': 4096,
      san: [],
    },
    {
      ...shared,
      filename: 'pve-ssl.pem',
      fingerprint: fingerprintOf(state, node.name),
      subject: `/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN=${node.name}.demo.example`,
      notbefore: node.bootedAt - 30 * DAY,
      notafter: node.bootedAt + 700 * DAY,
      'public-key-bits': 2048,
      san: [
        '127.0.0.1',
        '0000:0000:0000:0000:0000:0000:0000:0001',
        'localhost',
        node.ip,
        node.name,
        `${node.name}.demo.example`,
      ],
    },
  ];
};

export const certificateEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/certificates/info', handle: info },
];
