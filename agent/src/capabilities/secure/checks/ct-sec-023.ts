import { effective } from '../../../pve/config/guest-config.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: depends('low', [['multi-tenant'], 'medium']),
  needs: [],
  evaluate: (facts) => {
    const { config } = facts;
    const unlimited = config.values.cores === undefined && Number(config.values.cpulimit ?? 0) === 0;
    const swap = Number(effective(config, 'swap') ?? 512);
    const memory = Number(effective(config, 'memory') ?? 512);
    return failIfAny([
      ...(unlimited ? [configEvidence(facts, 'cores', 'a number, or cpulimit')] : []),
      ...(swap > 4 * memory ? [configEvidence(facts, 'swap', `at most ${4 * memory} MiB`)] : []),
    ]);
  },
});

export const ctSec023 = defineCheck({
  id: 'CT-SEC-023',
  title: 'Unlimited CPU share (noisy neighbour)',
  scope: 'lxc',
  rule,
  why: 'One container can take the whole processor of the node, or fill its swap, at the cost of all others.',
  advice:
    'Set cores or cpulimit to what the container needs; how much that is, its load tells. Keep swap within four times the memory.',
  effect: 'Live.',
  references: ['pct.conf cores'],
});
