/** Seconds, from a guest's `status/current`. */
export function uptimeOf(status: Readonly<Record<string, unknown>>): number | undefined {
  const seconds = Number(status.uptime ?? NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
