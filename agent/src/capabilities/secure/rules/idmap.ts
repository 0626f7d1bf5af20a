import { disks } from '../../../pve/config/devices.ts';
import { subkey } from '../../../pve/config/property.ts';
import type { Evidence, Severity } from '../../types.ts';
import type { Facts } from '../facts.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always, worst } from '../severity.ts';
import { fail, pass, unknown } from '../verdict.ts';
import { lineEvidence, rawLines } from './raw-lines.ts';

/** One range of a user- or group-id map. */
interface Range {
  readonly inside: number;
  readonly host: number;
  readonly count: number;
}

/** Ids below are the system's own accounts. */
const systemIds = 1000;
/** Ids below may be accounts of people on the host; containers are mapped above. */
const hostIds = 65_536;

/** `u 0 100000 65536` (lxc.idmap) or `u:0:100000:65536` (a mount point's idmap). */
function parseRange(text: string): Range | undefined {
  const match = /^[ugb][\s:]+(\d+)[\s:]+(\d+)[\s:]+(\d+)$/.exec(text.trim());
  if (!match) return undefined;
  const [inside = NaN, host = NaN, count = NaN] = match.slice(1).map(Number);
  return { inside, host, count };
}

/** How bad a range is; null when it stays clear of the host's own accounts. */
export function rangeSeverity({ host, count }: Range): Severity | null {
  if (count === 0 || host >= hostIds) return null;
  if (host === 0) return 'critical';
  if (host < systemIds) return 'high';
  return count === 1 ? 'info' : 'high';
}

interface Judged {
  readonly evidence: Evidence;
  readonly severity: Severity | null | undefined;
}

function judged(facts: Facts): readonly Judged[] {
  const lines = rawLines(facts, ({ key }) => key === 'lxc.idmap' || key === 'lxc.id_map').map((line) => {
    const range = parseRange(line.value);
    return {
      evidence: lineEvidence(facts, line, 'host ids from 100000'),
      severity: range && rangeSeverity(range),
    };
  });
  const mounts = disks(facts.config).flatMap(({ key, property }) => {
    const idmap = subkey(property, 'idmap');
    if (idmap === undefined) return [];
    const evidence = configEvidence(facts, key, 'disk ids from 100000');
    if (idmap === 'passthrough') return [{ evidence, severity: 'critical' as const }];
    return idmap.split(';').map((text) => {
      const range = parseRange(text);
      return { evidence, severity: range && rangeSeverity(range) };
    });
  });
  return [...lines, ...mounts];
}

/** CT-SEC-005: ids of the container that are ids of the host's own accounts. */
export const idMap = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) => {
    const all = judged(facts);
    const found = all.flatMap(({ evidence, severity }) => (severity ? [{ evidence, severity }] : []));
    if (found.length > 0) {
      return fail([...new Set(found.map(({ evidence }) => evidence))], {
        severity: worst(found.map(({ severity }) => severity)),
      });
    }
    const strange = all.find(({ severity }) => severity === undefined);
    return strange ? unknown(`the id map ${JSON.stringify(strange.evidence.value)} is not understood`) : pass;
  },
});
