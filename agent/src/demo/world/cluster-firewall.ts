import type { DemoState } from '../state.ts';
import { acceptIn } from './rules.ts';

/** `/etc/pve/firewall/cluster.fw`: on, with the sets and groups that the guests refer to. */
export const clusterFirewall = (): DemoState['firewall'] => ({
  options: {
    enable: '1',
    policy_in: 'DROP',
    policy_out: 'ACCEPT',
    log_ratelimit: 'enable=1,burst=5,rate=1/second',
  },
  rules: [
    acceptIn({ proto: 'tcp', dport: '8006', source: '+management', comment: 'web interface' }),
    acceptIn({ macro: 'SSH', source: '+management' }),
    acceptIn({ macro: 'Ping', source: '10.20.0.0/16' }),
    { ...acceptIn({ proto: 'tcp', dport: '3128', comment: 'SPICE, unused since 2024' }), enable: '0' },
  ],
  ipsets: {
    management: {
      comment: 'administrators and jump hosts',
      entries: [
        { cidr: '10.20.0.0/24', comment: 'management network' },
        { cidr: '10.20.160.20', comment: 'admin workstation' },
        { cidr: '10.20.0.250', nomatch: true, comment: 'printer, not an administrator' },
      ],
    },
    servers: {
      comment: 'server networks',
      entries: [{ cidr: '10.20.110.0/24' }, { cidr: '10.20.130.0/24' }, { cidr: 'k8s_nodes' }],
    },
  },
  aliases: {
    gateway: { cidr: '10.20.0.1', comment: 'fw-01' },
    k8s_nodes: { cidr: '10.20.150.0/24' },
  },
  groups: {
    'linux-base': {
      comment: 'what every Linux server needs',
      rules: [
        acceptIn({ macro: 'SSH', source: '+dc/management' }),
        acceptIn({ proto: 'tcp', dport: '9100', source: '10.20.110.205', comment: 'node exporter' }),
        acceptIn({ macro: 'Ping' }),
      ],
    },
    kubernetes: {
      comment: 'between the nodes of the Kubernetes cluster',
      rules: [
        acceptIn({ proto: 'tcp', dport: '10250', source: 'dc/k8s_nodes' }),
        acceptIn({ proto: 'udp', dport: '8472', source: 'dc/k8s_nodes', comment: 'VXLAN' }),
        acceptIn({ proto: 'tcp', dport: '30000:32767', source: '10.20.0.0/16', comment: 'node ports' }),
      ],
    },
    'db-open': {
      comment: 'old: databases for everybody',
      rules: [acceptIn({ macro: 'PostgreSQL' }), acceptIn({ macro: 'MySQL' })],
    },
  },
});
