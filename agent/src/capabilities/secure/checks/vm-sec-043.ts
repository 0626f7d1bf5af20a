import { bootOrder } from '../boot.ts';
import { isUefi, sub } from '../config-values.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const bootsFromNet = ({ config }: Facts): boolean =>
  isUefi(config) && bootOrder(config).some((device) => /^net\d+$/.test(device));

const rule = defineRule({
  severity: always('info'),
  needs: [],
  evaluate: (facts) => {
    const source = sub(facts.config, 'rng0', 'source');
    const bad =
      source === undefined ? bootsFromNet(facts) : source === '/dev/random' || source === '/dev/hwrng';
    return bad ? fail([configEvidence(facts, 'rng0', 'source=/dev/urandom')]) : pass;
  },
  remedy: (facts) => ({
    text: 'Take random numbers from /dev/urandom of the node.',
    actions: [
      setSubkeys(
        facts,
        'rng0',
        { source: '/dev/urandom' },
        { label: 'take random numbers from /dev/urandom' },
      ),
    ],
  }),
});

export const vmSec043 = defineCheck({
  id: 'VM-SEC-043',
  title: 'RNG source',
  scope: 'qemu',
  rule,
  why: 'A blocking or exotic source of random numbers makes the guest wait or depends on hardware; without one, UEFI refuses to boot from the network.',
  advice: 'Use rng0 with source=/dev/urandom. Having a VirtIO RNG is good.',
  effect: 'At the next stop and start.',
  references: ['qm.adoc "VirtIO RNG"'],
});
