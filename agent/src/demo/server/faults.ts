/** What a test wants to go wrong. */
export type FaultKind =
  | { readonly kind: 'status'; readonly status: number; readonly message: string }
  /** Never answers; the connection stays open. */
  | { readonly kind: 'hang' }
  /** Resets the connection without an answer. */
  | { readonly kind: 'hang-up' }
  /** Does what was asked, then resets the connection before the answer: the client cannot know. */
  | { readonly kind: 'hang-up-after' }
  /** 200 with a body that is no JSON. */
  | { readonly kind: 'malformed-json' }
  /** Answers after this many milliseconds. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** Pads the answer to at least this many bytes. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** Sends this many bytes of the body, then resets the connection. */
  | { readonly kind: 'kill-after'; readonly bytes: number };

export type Fault = FaultKind & {
  /** Default: any method. */
  readonly method?: string;
  /** Matched against the path after `/api2/json`, without the query. */
  readonly path: RegExp;
  /** How many matching requests it hits; default 1, `Infinity` for all. */
  readonly times?: number;
};

export interface FaultBox {
  add(fault: Fault): void;
  /** The fault that hits this request, counted down; undefined when none does. */
  take(method: string, path: string): Fault | undefined;
  clear(): void;
}

export const createFaultBox = (): FaultBox => {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    add: (fault) => {
      faults.push({ fault, left: fault.times ?? 1 });
    },
    take: (method, path) => {
      const hit = faults.find(
        ({ fault }) => (fault.method === undefined || fault.method === method) && fault.path.test(path),
      );
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) faults = faults.filter((entry) => entry !== hit);
      return hit.fault;
    },
    clear: () => {
      faults = [];
    },
  };
};
