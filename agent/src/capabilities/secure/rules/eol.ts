import { osType } from '../config-values.ts';
import { endOfLife, eolTableDate, legacyOsTypes, rollingReleases } from '../data/eol.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass, unknown, type Verdict } from '../verdict.ts';

/** The table's version for what is reported: `3.21.2` → `3.21`, `9.4` → `9`. */
function versionIn(versions: Readonly<Record<string, string>>, reported: string): string | undefined {
  const parts = reported.split('.');
  return parts
    .map((_, i) => parts.slice(0, parts.length - i).join('.'))
    .find((version) => Object.hasOwn(versions, version));
}

function judge(facts: Facts, id: string, version: string, pretty: string): Verdict {
  if (rollingReleases.includes(id)) return pass;
  const versions = Object.hasOwn(endOfLife, id) ? endOfLife[id] : undefined;
  const known = versions && versionIn(versions, version);
  const end = known === undefined ? undefined : versions?.[known];
  // Long-term editions of the same version are supported for years longer, each by its own build.
  if (id === 'mswindows' && version === '10' && /\b(LTSC|LTSB|IoT)\b/i.test(pretty)) {
    return unknown(`${pretty} has its own end of support by build, which the guest agent does not report`);
  }
  if (end === undefined) {
    return unknown(`${pretty} is not in the end-of-life table of ${eolTableDate}`);
  }
  if (facts.now.toISOString().slice(0, 10) <= end) return pass;
  return fail(
    [
      {
        path: `${facts.path}/agent/get-osinfo`,
        key: 'version-id',
        value: pretty,
        expected: `a release with security support (this one ended on ${end})`,
      },
    ],
    { note: `By the end-of-life table of ${eolTableDate}.${oldAgent(id, version)}` },
  );
}

const oldAgent = (id: string, version: string): string =>
  id === 'mswindows' && version === '10' ? ' An old guest agent reports Windows 11 as 10, too.' : '';

/** VM-SEC-036: what the guest agent reports, else what `ostype` alone can tell. */
export const guestOsEnd = defineRule({
  severity: always('high'),
  needs: [],
  evaluate: (facts) => {
    const { osinfo } = facts.detail;
    if (osinfo.known && osinfo.value.id !== undefined && osinfo.value.versionId !== undefined) {
      const { id, versionId, prettyName } = osinfo.value;
      return judge(facts, id, versionId, prettyName ?? `${id} ${versionId}`);
    }
    const type = osType(facts.config);
    if (Object.hasOwn(legacyOsTypes, type)) {
      return fail([configEvidence(facts, 'ostype', 'a supported system')], {
        note: `${legacyOsTypes[type] ?? type}.`,
      });
    }
    if (type === 'win10') {
      return fail([configEvidence(facts, 'ostype', 'a supported system')], {
        severity: 'medium',
        note: 'Windows 10 ended on 2025-10-14; Server 2016 and 2019, which share this type, have not. The guest agent would tell.',
      });
    }
    const reason = osinfo.known ? 'the guest agent does not name the release' : osinfo.reason;
    return unknown(`the release inside the guest is not known: ${reason}`);
  },
});
