/** A fixed number of places; who finds none waits in order. */
export interface Slots {
  /** Runs `work` as soon as a place is free. An abort while waiting rejects with the signal's reason. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/** Limits how many calls are under way at once: pveproxy has three workers, and the GUI needs them too. */
export function createSlots(limit: number): Slots {
  let free = limit;
  const waiting = new Set<() => void>();

  function release(): void {
    const next = waiting.values().next().value;
    if (next === undefined) free += 1;
    else {
      waiting.delete(next);
      next();
    }
  }

  function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.delete(enter);
        reject(signal.reason as Error);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      waiting.add(enter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  return {
    async run(work, signal) {
      await acquire(signal);
      try {
        return await work();
      } finally {
        release();
      }
    },
  };
}
