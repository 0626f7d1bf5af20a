import { ProxmoxAiError } from '../../errors.ts';

/** A PVE task id, taken apart. */
export interface Upid {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  /** Start of the process in clock ticks after boot; tells a reused pid. */
  readonly pstart: number;
  /** Unix seconds. */
  readonly starttime: number;
  /** `qmstart`, `vzdump` … */
  readonly type: string;
  /** Mostly a VMID; empty for tasks of the node. */
  readonly id: string;
  /** `root@pam`, or `ops@pve!token`. */
  readonly user: string;
}

/** The format of pve-common's `PVE::UPID`; `pstart` has nine digits after 497 days of uptime. */
const pattern =
  /^UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9}):([0-9A-Fa-f]{8}):([^:\s/]+):([^:\s/]*):([^:\s/]+):$/;

/** Takes a UPID apart, as strictly as PVE does. Throws `pve-protocol` for anything else. */
export function parseUpid(text: string): Upid {
  const match = pattern.exec(text);
  if (match === null) {
    throw new ProxmoxAiError(
      'pve-protocol',
      `${JSON.stringify(text.slice(0, 200))} is not a task id of PVE.`,
      {
        hint: 'A task id looks like UPID:pve1:0000C530:001C9BEC:5E45C2A1:qmstart:105:root@pam:',
      },
    );
  }
  const [, node = '', pid = '', pstart = '', starttime = '', type = '', id = '', user = ''] = match;
  return {
    upid: text,
    node,
    pid: Number.parseInt(pid, 16),
    pstart: Number.parseInt(pstart, 16),
    starttime: Number.parseInt(starttime, 16),
    type,
    id,
    user,
  };
}

/** Whether a text is a UPID: writes of PVE answer with one when they run as a task, else with null. */
export function isUpid(data: unknown): data is string {
  return typeof data === 'string' && pattern.test(data);
}
