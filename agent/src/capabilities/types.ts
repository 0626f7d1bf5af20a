import { z } from 'zod';
import { planSchema, type Plan } from '../plans/types.ts';
import type { Inventory } from '../pve/inventory/types.ts';
import type { PveClient } from '../pve/types.ts';
import type { IntentName } from '../requests/types.ts';
import type { Request } from '../requests/request.ts';
import type { SpecialistName } from '../requests/specialist-names.ts';
import type { Database } from '../store/database.ts';

export const severitySchema = z.enum(['critical', 'high', 'medium', 'low', 'info']);
export type Severity = z.infer<typeof severitySchema>;

/** catalogue.md 0.1: an unreadable datum is `unknown`, never `pass`. */
export const findingStateSchema = z.enum([
  'pass',
  'fail',
  'na',
  'unknown',
  'accepted',
  'fixed-pending-restart',
]);
export type FindingState = z.infer<typeof findingStateSchema>;

export const evidenceSchema = z.strictObject({
  /** API path the value came from. */
  path: z.string(),
  key: z.string(),
  value: z.string().nullable(),
  expected: z.string().optional(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const findingSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** `qemu/105` */
  object: z.string(),
  objectName: z.string(),
  state: findingStateSchema,
  severity: severitySchema,
  evidence: z.array(evidenceSchema),
  /** Why it matters, or (state unknown) why it was not checked. */
  explanation: z.string(),
  /** What the remedy does, or why there is none that can be applied. */
  remedy: z.string().nullable(),
  /** True when a plan step for it is offered. */
  fixable: z.boolean(),
  references: z.array(z.string()),
  /** sha256 of id, object and evidence keys: equal in every run. */
  fingerprint: z.string(),
});
export type Finding = z.infer<typeof findingSchema>;

export const artefactSchema = z.strictObject({ name: z.string(), mediaType: z.string(), text: z.string() });
export type Artefact = z.infer<typeof artefactSchema>;

/** A question with answers to choose from; each choice is the text of a request that can be sent as is. */
export const choiceSchema = z.strictObject({ label: z.string(), text: z.string() });

export const answerSchema = z.strictObject({
  markdown: z.string(),
  findings: z.array(findingSchema),
  plan: planSchema.nullable(),
  artefacts: z.array(artefactSchema),
  choices: z.array(choiceSchema),
});
export type Answer = z.infer<typeof answerSchema>;

export const skillSchema = z.enum(['beginner', 'intermediate', 'expert']);
export type Skill = z.infer<typeof skillSchema>;

export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** Advice one specialist asks of another: typed messages, never free text into a prompt. */
export interface Consultation {
  readonly from: SpecialistName;
  readonly to: SpecialistName;
  readonly topic: string;
  readonly request: Request;
}
export interface Advice {
  readonly from: SpecialistName;
  readonly markdown: string;
  readonly findings: readonly Finding[];
}

/** What a capability works with. Passed, never global. */
export interface WorkContext {
  readonly client: PveClient;
  readonly inventory: Inventory;
  readonly database: Database;
  readonly skill: Skill;
  readonly signal: AbortSignal;
  /** Who asks: the PVE userid. */
  readonly userid: string;
  readonly progress: (progress: Progress) => void;
  /** Ask another specialist; bounded by depth and budget (specialists/). */
  readonly consult: (consultation: Omit<Consultation, 'from'>) => Promise<Advice>;
  readonly now: () => Date;
}

export interface Capability {
  readonly name: string;
  readonly intents: readonly IntentName[];
  readonly specialist: SpecialistName;
  run(request: Request, context: WorkContext): Promise<Answer>;
  /** Compute a stale plan anew from the cluster as it is now; null when nothing is left to do. */
  replan?(plan: Plan, context: WorkContext): Promise<Plan | null>;
}
