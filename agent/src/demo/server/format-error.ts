/** A value that does not have its format; the message is PVE's, or the parameter errors of a property string. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Fails with PVE's message unless the condition holds. */
export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new FormatError(message);
}
