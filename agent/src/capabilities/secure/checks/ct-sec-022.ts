import { osType } from '../config-values.ts';
import { eolTableDate } from '../data/eol.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { unknown } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: ({ config }) =>
    unknown(
      `the release inside the container is in its /etc/os-release, which only root on the node can read; the configuration says only ${JSON.stringify(osType(config))} (end-of-life table of ${eolTableDate})`,
    ),
});

export const ctSec022 = defineCheck({
  id: 'CT-SEC-022',
  title: 'End-of-life distribution',
  scope: 'lxc',
  rule,
  why: 'A distribution without security updates keeps every weakness found since.',
  advice: 'Upgrade the container, or move its service to a new one.',
  effect: 'Not by a setting.',
  references: ['DIAG WG0002'],
});
