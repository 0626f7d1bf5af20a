import type { IntentName } from '../../requests/types.ts';

/**
 * Sentence forms of one intent: `templates` in the notation of template.ts, `fixed` slots that the wording implies,
 * and `attributes` (attributes.ts) that may follow in any order ("… with 4 cores on pve2").
 */
export interface SentenceForm {
  readonly intent: IntentName;
  readonly templates: readonly string[];
  readonly fixed?: Readonly<Record<string, unknown>>;
  readonly attributes?: readonly string[];
  /** A slot that takes the whole sentence, as written. */
  readonly whole?: 'question';
}
