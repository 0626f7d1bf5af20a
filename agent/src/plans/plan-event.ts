import type { StepState } from './types.ts';

/** What a run of a plan tells while it goes: a subset of the run events of the chat. */
export type PlanEvent =
  | {
      readonly type: 'step';
      readonly planId: string;
      readonly stepId: string;
      readonly title: string;
      readonly state: StepState;
      readonly upid?: string;
      readonly message?: string;
    }
  | { readonly type: 'task-log'; readonly upid: string; readonly line: string };
