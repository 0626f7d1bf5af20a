/** `20261123T195222Z`: a moment in UTC as part of a file name, to the second; sorts as text. */
export const datedSuffix = (moment: Date): string =>
  moment.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
