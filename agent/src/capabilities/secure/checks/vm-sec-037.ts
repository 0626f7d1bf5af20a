import { z } from 'zod';
import { isOn } from '../config-values.ts';
import { setKey } from '../edits.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends, severityFor } from '../severity.ts';
import { atLeast } from '../versions.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const ksmSchema = z.object({ ksm: z.object({ shared: z.coerce.number() }) });
const severity = depends('info', [['multi-tenant', 'confidential'], 'medium']);
/** Above this share of used memory, giving up shared pages may run the node out of it. */
const roomy = 0.8;

const rule = defineRule({
  severity,
  needs: ['nodeStatus'],
  settled: ({ config }) => (isOn(config, 'allow-ksm', true) ? null : pass),
  evaluate: (facts, { nodeStatus }) => {
    const parsed = ksmSchema.safeParse(nodeStatus);
    if (!parsed.success) return unknown('the node does not report shared memory (ksm.shared)');
    return parsed.data.ksm.shared > 0 ? fail([configEvidence(facts, 'allow-ksm', '0')]) : pass;
  },
  remedy: (facts) => {
    if (severityFor(severity, facts.profile) === 'info') {
      return {
        text: 'Acceptable while all guests belong to one party; set allow-ksm=0 for confidential ones.',
        actions: [],
      };
    }
    const node = facts.inventory.nodes.find(({ name }) => name === facts.guest.node);
    if (
      node?.memory === undefined ||
      node.memoryUsed === undefined ||
      node.memoryUsed / node.memory > roomy
    ) {
      return {
        text: 'Needs a look at the memory of the node first: without shared pages it may run out.',
        actions: [],
      };
    }
    const packages = facts.cluster.packages[facts.guest.node];
    const version = packages?.known === true ? packages.value['qemu-server'] : undefined;
    return {
      text: 'Take the VM out of memory sharing.',
      actions: [
        setKey(facts, 'allow-ksm', '0', {
          label: 'share no memory pages',
          caution: 'The node needs more memory afterwards.',
          rootOnly: version !== undefined && !atLeast(version, '9.0.30'),
        }),
      ],
    };
  },
});

export const vmSec037 = defineCheck({
  id: 'VM-SEC-037',
  title: 'KSM page sharing across trust boundaries',
  scope: 'qemu',
  rule,
  why: 'Memory pages are shared between VMs: one tenant can find out what another has in memory.',
  advice:
    'Set allow-ksm=0 where VMs do not trust each other, after a look at how much memory the sharing saves.',
  effect: 'At the next stop and start.',
  references: ['kernel-samepage-merging.adoc', 'HSE9 1.2.6'],
});
