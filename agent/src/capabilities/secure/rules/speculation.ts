import { addCpuFlags, cpuFlags, cpuModel, hostFlags, nodeCpu } from '../cpu.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { depends } from '../severity.ts';
import { fail, na, pass, unknown } from '../verdict.ts';

/** A flag as PVE sets it and the names under which Linux shows the host's ability in /proc/cpuinfo. */
interface Mitigation {
  readonly flag: string;
  readonly host: readonly string[];
}
const intel: readonly Mitigation[] = [
  { flag: 'spec-ctrl', host: ['spec_ctrl', 'spec-ctrl', 'ibrs'] },
  { flag: 'ssbd', host: ['ssbd'] },
  { flag: 'md-clear', host: ['md_clear', 'md-clear'] },
];
const pcid: Mitigation = { flag: 'pcid', host: ['pcid'] };
const amd: readonly Mitigation[] = [
  { flag: 'ibpb', host: ['ibpb'] },
  { flag: 'virt-ssbd', host: ['virt_ssbd', 'virt-ssbd'] },
  { flag: 'amd-ssbd', host: ['amd_ssbd', 'amd-ssbd'] },
];

/** Models that pass the host's mitigations on, or were made after them (qm.adoc; QEMU's CPU model table). */
const mitigated =
  /(-IBRS|-IBPB|^host|^max|^Cascadelake|^Cooperlake|^Icelake|^SapphireRapids|^GraniteRapids|^SierraForest|^ClearwaterForest|^Snowridge|^EPYC-(Rome|Milan|Genoa|Turin))/;
/** Models without PCID of their own. */
const withoutPcid = /^(kvm64|kvm32|qemu64|qemu32|Nehalem|Westmere|SandyBridge|IvyBridge|Conroe|Penryn)/;

function required(model: string, hostModel: string): readonly Mitigation[] | null {
  if (/intel/i.test(hostModel)) return withoutPcid.test(model) ? [...intel, pcid] : intel;
  return /amd|epyc|ryzen|opteron/i.test(hostModel) ? amd : null;
}

const offers = (flags: ReadonlySet<string>, { host }: Mitigation): boolean =>
  host.some((name) => flags.has(name));

/** What the guest lacks and its node could give. */
function missing(facts: Facts, model: string, status: Readonly<Record<string, unknown>>) {
  const cpu = nodeCpu(status);
  if (!cpu) return undefined;
  const wanted = required(model, cpu.model);
  const set = cpuFlags(facts.config);
  const offered = facts.cluster.cpuFlags[facts.guest.node];
  return wanted?.filter(
    (mitigation) =>
      offers(cpu.flags, mitigation) &&
      !set.includes(`+${mitigation.flag}`) &&
      (offered?.known !== true || offered.value.includes(mitigation.flag)),
  );
}

/** VM-SEC-017 */
export const speculation = defineRule({
  severity: depends('medium', [['multi-tenant'], 'high']),
  needs: ['nodeStatus'],
  settled: ({ config }) => {
    const model = cpuModel(config);
    if (model.startsWith('custom-'))
      return unknown(`what the custom CPU model ${model} passes on is not known`);
    return mitigated.test(model) ? pass : null;
  },
  evaluate: (facts, { nodeStatus }) => {
    const cpu = nodeCpu(nodeStatus);
    if (!cpu) return unknown('the node does not report its CPU flags');
    const model = cpuModel(facts.config);
    if (required(model, cpu.model) === null) return na('The node has neither an Intel nor an AMD processor.');
    const offered = facts.cluster.cpuFlags[facts.guest.node];
    if (!offered?.known)
      return unknown(`the CPU flags that PVE offers could not be read: ${offered?.reason ?? 'not read'}`);
    const lacking = missing(facts, model, nodeStatus) ?? [];
    if (lacking.length === 0) return pass;
    return fail([configEvidence(facts, 'cpu', `flags=${lacking.map(({ flag }) => `+${flag}`).join(';')}`)]);
  },
  remedy: (facts, { nodeStatus }) => {
    const lacking = missing(facts, cpuModel(facts.config), nodeStatus) ?? [];
    const everywhere = hostFlags(facts);
    if (!everywhere.known) {
      return {
        text: `Add the flags by hand; not offered, since the VM might no longer migrate: ${everywhere.reason}.`,
        actions: [],
      };
    }
    const safe = lacking.filter((mitigation) => offers(everywhere.value, mitigation));
    if (safe.length === 0) {
      return {
        text: 'Not every node offers the flags, so a VM with them could not move there.',
        actions: [],
      };
    }
    const flags = safe.map(({ flag }) => flag);
    return {
      text: `Add ${flags.map((flag) => `+${flag}`).join(' ')} to the virtual CPU; every node offers them.`,
      actions: [addCpuFlags(facts, flags, `offer ${flags.join(', ')} to the guest`)],
    };
  },
});
