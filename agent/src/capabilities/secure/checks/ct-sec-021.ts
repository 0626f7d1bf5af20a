import type { Evidence } from '../../types.ts';
import { osType } from '../config-values.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { lineEvidence, rawLines } from '../rules/raw-lines.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const secretName = /PASS|SECRET|TOKEN|KEY/i;

/** Names of variables; the values are never shown. */
const names = (env: string): readonly string[] =>
  env
    .split(/\0|\\0/)
    .flatMap((pair) => (pair.includes('=') ? [pair.slice(0, pair.indexOf('=')).trim()] : []));

function found(facts: Facts): readonly Evidence[] {
  const { env, entrypoint } = facts.config.values;
  const secrets = env === undefined ? [] : names(env).filter((name) => secretName.test(name));
  const lines = rawLines(facts, ({ key }) => key.startsWith('lxc.environment'));
  const replaced =
    entrypoint !== undefined && entrypoint !== '/sbin/init' && osType(facts.config) !== 'unmanaged';
  return [
    ...(secrets.length > 0
      ? [configEvidence(facts, 'env', 'no secrets', `names: ${secrets.join(', ')}`)]
      : []),
    ...lines.map((line) => lineEvidence(facts, line, 'not set', `name: ${names(line.value)[0] ?? '?'}`)),
    ...(replaced ? [configEvidence(facts, 'entrypoint', '/sbin/init')] : []),
  ];
}

const rule = defineRule({
  severity: always('medium'),
  needs: [],
  evaluate: (facts) => failIfAny(found(facts)),
});

export const ctSec021 = defineCheck({
  id: 'CT-SEC-021',
  title: 'Secrets in the environment / entrypoint override',
  scope: 'lxc',
  rule,
  why: 'Everyone who may read the configuration, auditors included, reads these values; a replaced init may start anything.',
  advice:
    'Keep secrets in files on a volume of the container and take them out of env; check why the entry point was replaced.',
  effect: 'At the next stop and start.',
  references: ['pct.conf env, entrypoint (OCI)'],
});
