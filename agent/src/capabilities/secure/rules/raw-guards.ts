import type { Severity } from '../../types.ts';
import { isUnprivileged } from '../config-values.ts';
import type { Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always, worst } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { lineEvidence, rawLines, type RawLine, type Weighed } from './raw-lines.ts';

const verdictOf = (facts: Facts, found: readonly Weighed[], expected: string) =>
  found.length === 0
    ? pass
    : fail(
        found.map(({ line }) => lineEvidence(facts, line, expected)),
        { severity: worst(found.map(({ severity }) => severity)) },
      );

/** Profiles that PVE itself sets or ships. */
const shippedProfiles = /^(generated|lxc-container-default(-cgns|-with-nesting|-with-mounting)?)$/;
const apparmorKeys =
  /^lxc\.(apparmor\.(profile|allow_nesting|allow_incomplete)|aa_profile|aa_allow_incomplete)$/;

const loosens = ({ key, value }: RawLine): boolean =>
  key.endsWith('profile') ? !shippedProfiles.test(value.trim()) : value.trim() !== '0';

/** CT-SEC-002: without its AppArmor profile a container may write where the host's kernel is configured. */
export const apparmor = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) => {
    const severity: Severity = isUnprivileged(facts.config) ? 'high' : 'critical';
    const found = rawLines(facts, (line) => apparmorKeys.test(line.key) && loosens(line));
    return verdictOf(
      facts,
      found.map((line) => ({ line, severity })),
      'the profile that PVE generates',
    );
  },
});

const deviceKeys = /^lxc\.cgroup2?\.devices\.allow$/;
/** SCSI disks, device mapper, NVMe. */
const blockMajors = ['8', '253', '259'];

function deviceSeverity(value: string): Severity | null {
  const [type = '', numbers = ''] = value.trim().split(/\s+/);
  if (type === 'a') return 'critical';
  const [major = '', minor = ''] = numbers.split(':');
  if (type === 'b') return major === '*' || blockMajors.includes(major) ? 'high' : null;
  if (type !== 'c') return null;
  if (major === '*' || (major === '1' && (minor === '1' || minor === '*'))) return 'high';
  return major === '10' && minor === '232' ? 'info' : null;
}

function guardSeverity(facts: Facts, { key, value }: RawLine): Severity | null {
  if (key === 'lxc.cap.drop') {
    if (value.trim() !== '') return null;
    return isUnprivileged(facts.config) ? 'high' : 'critical';
  }
  if (key === 'lxc.cap.keep') return 'high';
  if (key === 'lxc.seccomp.profile' || key === 'lxc.seccomp') {
    return value.trim() === '' || value.includes('unconfined') ? 'high' : null;
  }
  return deviceKeys.test(key) ? deviceSeverity(value) : null;
}

/** CT-SEC-003: capabilities, system-call filter or device rules taken away. */
export const kernelGuards = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) =>
    verdictOf(
      facts,
      rawLines(facts, () => true).flatMap((line) => {
        const severity = guardSeverity(facts, line);
        return severity === null ? [] : [{ line, severity }];
      }),
      'not set; a single device by dev[n]',
    ),
});

/** Judged by checks of their own: CT-SEC-002, 003, 005 and 021. */
const elsewhere = /^lxc\.(apparmor\.|aa_|cap\.|seccomp|cgroup2?\.devices\.|idmap$|id_map$|environment)/;
const harmless =
  /^lxc\.(signal\.|log\.|tty\.|pty\.|console\.|start\.|monitor\.|prlimit\.|cgroup2?\.(cpu|memory|io|pids|blkio)\.)/;

function lineSeverity({ key, value }: RawLine): Severity | null {
  if (elsewhere.test(key) || harmless.test(key)) return null;
  if (/^lxc\.net\.\d+\.type$/.test(key)) {
    if (value.trim() === 'none') return 'critical';
    return value.trim() === 'phys' ? 'high' : 'medium';
  }
  if (key === 'lxc.mount.entry') {
    const [source = '', , , options = ''] = value.trim().split(/\s+/);
    return source.startsWith('/') && !options.split(',').includes('ro') ? 'high' : 'medium';
  }
  return /^lxc\.(hook\.|init\.|rootfs\.|rootfs$)/.test(key) ? 'high' : 'medium';
}

/** CT-SEC-004: raw lines past every check of PVE. `lxc.net.N.type=none` shares the host's network. */
export const rawOptions = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) =>
    verdictOf(
      facts,
      rawLines(facts, () => true).flatMap((line) => {
        const severity = lineSeverity(line);
        return severity === null ? [] : [{ line, severity }];
      }),
      'an option of PVE (mp[n], dev[n], net[n]), or not set',
    ),
});
