/** Orders `net2` before `net10`, otherwise by code unit, so that every machine lists keys alike. */
export function compareKeys(a: string, b: string): number {
  const [nameA, numberA] = split(a);
  const [nameB, numberB] = split(b);
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return numberA - numberB || (a < b ? -1 : a > b ? 1 : 0);
}

function split(key: string): readonly [string, number] {
  const match = /^(.*?)(\d{1,9})$/s.exec(key);
  return match?.[2] === undefined ? [key, -1] : [match[1] ?? '', Number(match[2])];
}
