import { ProxmoxAiError } from '../../errors.ts';

const refuse = (what: string, value: string): ProxmoxAiError =>
  new ProxmoxAiError('usage', `${what} ${JSON.stringify(value)} cannot stand in PVE's configuration files.`, {
    hint: 'PVE refuses line feeds in values and anything but letters, digits, "-", "_" and "." in names.',
    fields: { value },
  });

/** A value that stays on its line; `usage` for one with a line feed, which would add lines of its own to a file. */
export const oneLine = (value: string): string => {
  if (/[\n\r]/.test(value)) throw refuse('The value', value);
  return value;
};

/** A name that is one path segment (node, file) and can do no harm as such; `usage` otherwise. */
export const segment = (name: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw refuse('The name', name);
  return name;
};

/** A VMID as part of a file name; `usage` for anything but an integer from 100 up, as PVE counts them. */
export const vmidSegment = (vmid: number): string => {
  if (!Number.isSafeInteger(vmid) || vmid < 100 || vmid > 999_999_999) throw refuse('The VMID', String(vmid));
  return String(vmid);
};

/** The id of a section: one word without a colon. */
export const sectionId = (id: string): string => {
  if (!/^[^\s:]+$/.test(id)) throw refuse('The id', id);
  return id;
};
