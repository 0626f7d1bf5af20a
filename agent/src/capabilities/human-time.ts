/** `2026-11-23 21:02 UTC`: a moment for people, to the minute. */
export const humanTime = (moment: Date): string =>
  `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
