const hex8 = (value: number): string => Math.floor(value).toString(16).toUpperCase().padStart(8, '0');

export interface UpidParts {
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly starttime: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
}

/** PVE's unique process id of a task: `UPID:node:%08X:%08X:%08X:type:id:user:`. */
export const printUpid = ({ node, pid, pstart, starttime, type, id, user }: UpidParts): string =>
  `UPID:${node}:${hex8(pid)}:${hex8(pstart)}:${hex8(starttime)}:${type}:${id}:${user}:`;
