import { capabilities } from '../capabilities/index.ts';
import type { Capability } from '../capabilities/types.ts';
import { intents } from '../requests/intent-table.ts';
import { intentNames } from '../requests/intents.ts';
import { specialistNames, type SpecialistName } from '../requests/specialist-names.ts';
import type { IntentName } from '../requests/types.ts';

export interface Specialist {
  readonly name: SpecialistName;
  readonly title: string;
  /** What it owns, in a sentence (design: architecture.md). */
  readonly owns: string;
}

/** The five specialists. What each can do today is `capabilitiesOf`, what it owns altogether `intentsOf`. */
export const specialists: Readonly<Record<SpecialistName, Specialist>> = {
  security: {
    name: 'security',
    title: 'Security',
    owns: 'vulnerability and misconfiguration detection, compliance, exposure probing, code security review',
  },
  planning: {
    name: 'planning',
    title: 'Planning',
    owns: 'resource planning and optimisation, risk assessment, maintenance windows, troubleshooting',
  },
  configuration: {
    name: 'configuration',
    title: 'Configuration',
    owns: 'drift detection, templates, snapshots, backup strategy, high availability and replication',
  },
  development: {
    name: 'development',
    title: 'Development',
    owns: 'provisioning and changing guests, Terraform, Ansible and cloud-init generation',
  },
  documentation: {
    name: 'documentation',
    title: 'Documentation',
    owns: 'questions about Proxmox VE and this cluster, inventory and runbook generation, reports',
  },
};

/** Intents that a specialist owns, whether it can carry them out yet or not. */
export const intentsOf = (name: SpecialistName): readonly IntentName[] =>
  intentNames.filter((intent) => intents[intent].specialist === name);

/** The capability that carries out an intent; undefined when this release has none. */
export const capabilityFor = (
  intent: IntentName,
  list: readonly Capability[] = capabilities,
): Capability | undefined => list.find((capability) => capability.intents.includes(intent));

/** Intents that this release carries out, by specialist. */
export const availableIntents = (list: readonly Capability[] = capabilities): readonly IntentName[] =>
  specialistNames
    .flatMap((name) => intentsOf(name))
    .filter((intent) => capabilityFor(intent, list) !== undefined);
