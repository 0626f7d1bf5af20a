type Params = Readonly<Record<string, unknown>>;

/** A scalar as PVE writes it into its files: booleans are `1` and `0`. */
export function asText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The parameter as text, or undefined when it was not given. */
export const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return value === undefined || value === null ? undefined : asText(value);
};

/** The parameter as text; the schema guarantees that required ones are there. */
export const needed = (params: Params, name: string): string => text(params, name) ?? '';

/** A boolean parameter; false when it was not given. */
export const flag = (params: Params, name: string): boolean => {
  const value = params[name];
  return value === true || value === 1 || value === '1';
};

/** An integer parameter, or undefined when it was not given. */
export const integer = (params: Params, name: string): number | undefined => {
  const value = text(params, name);
  return value === undefined || value === '' ? undefined : Number(value);
};

/** PVE's `split_list`: items separated by comma, semicolon, NUL or blanks. */
export const splitList = (list: string | undefined): string[] =>
  (list ?? '').split(/[,;\0\s]+/).filter((item) => item !== '');
