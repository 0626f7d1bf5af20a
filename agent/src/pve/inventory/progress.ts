/** How far a longer read is; `stage` is a short noun phrase for people. */
export interface ReadProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}
