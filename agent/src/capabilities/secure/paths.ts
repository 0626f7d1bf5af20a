/** Whether a host path is the directory or lies in it; both absolute. */
export const isUnder = (path: string, directory: string): boolean => {
  const trimmed = path.length > 1 ? path.replace(/\/+$/, '') : path;
  return trimmed === directory || trimmed.startsWith(directory === '/' ? '/' : `${directory}/`);
};
