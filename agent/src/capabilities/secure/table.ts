import { checks } from './list.ts';
import { severityText } from './severity.ts';

/** One check for people: what `checks list` and `checks explain` show. */
export interface CheckRow {
  readonly id: string;
  readonly title: string;
  readonly scope: 'qemu' | 'lxc';
  /** In words: `medium; high when exposed`. */
  readonly severity: string;
  /** What it reads beyond the guest's configuration. */
  readonly needs: readonly string[];
  readonly why: string;
  readonly advice: string;
  readonly effect: string;
  readonly references: readonly string[];
  /** Tags by which an owner accepts the finding. */
  readonly exceptions: readonly string[];
}

/** All checks as data, in the catalogue's order. */
export const checkTable = (): readonly CheckRow[] =>
  checks.map(({ id, title, scope, rule, why, advice, effect, references, exceptions = [] }) => ({
    id,
    title,
    scope,
    severity: severityText(rule.severity),
    needs: ['config', ...rule.needs],
    why,
    advice,
    effect,
    references,
    exceptions,
  }));
