import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other that ever had or will have its number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Changes with every boot of the machine. */
  readonly bootId: string;
  /** Numbers of processes mean something only within one namespace (containers have their own). */
  readonly pidNamespace: string;
  /** Clock ticks after boot at which the process began; empty where there is no /proc. */
  readonly start: string;
}

function read<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}

/**
 * Field 22 of /proc/PID/stat (proc(5)); the name in brackets may hold spaces, so it counts from the last bracket.
 * Empty for a process that has ended and was not waited for yet (Z, X).
 */
const processStart = (pid: number | 'self'): string =>
  read(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  }, '');

/** The identity of this process. */
export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  bootId: read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(), hostname()),
  pidNamespace: read(() => readlinkSync('/proc/self/ns/pid'), ''),
  start: processStart('self'),
});

/** A running plan tells this often that it lives. */
export const beatMs = 5_000;
/** Where a process cannot be looked at, silence for this long means that it is gone. */
const silentMs = 60_000;

/**
 * Whether a process still runs: by number and start time where both are in sight (same boot, same namespace), else by
 * its last sign of life.
 */
export function isAlive(identity: ProcessIdentity, beatAt: Date, now: Date, self = thisProcess()): boolean {
  if (identity.start !== '' && self.start !== '') {
    if (identity.bootId !== self.bootId) return false;
    if (identity.pidNamespace === self.pidNamespace) return processStart(identity.pid) === identity.start;
  }
  return now.getTime() - beatAt.getTime() < silentMs;
}
