import type { intentNames } from './intents.ts';
import type { SlotName } from './slots.ts';
import type { SpecialistName } from './specialist-names.ts';

/** What carrying it out would do to the cluster: nothing, a change, or a loss that nothing brings back. */
export type Impact = 'read' | 'write' | 'destructive';

export interface IntentDefinition {
  readonly specialist: SpecialistName;
  readonly title: string;
  readonly slots: readonly SlotName[];
  readonly required: readonly SlotName[];
  /** `action` values, where the intent has that slot. */
  readonly actions?: readonly string[];
  readonly impact: Impact;
  /** Where one action differs from the rest. */
  readonly impactOf?: Readonly<Record<string, Impact>>;
}

const create = [
  'kind', 'blueprint', 'name', 'count', 'cores', 'memory_mib', 'disk_gib', 'storage', 'os', 'packages', 'bridge',
  'vlan', 'ip', 'node', 'start', 'settings',
] as const satisfies readonly SlotName[];
const where = ['guests', 'node', 'scope'] as const satisfies readonly SlotName[];

/**
 * The intent table: the single source for validation, disposition, help and documentation (design: requests.md).
 * Read or write is static data here; no model decides it.
 */
export const intents: Readonly<Record<(typeof intentNames)[number], IntentDefinition>> = {
  'guest.create': { specialist: 'development', title: 'Create guests', slots: create, required: [], impact: 'write' },
  'guest.clone': { specialist: 'development', title: 'Clone a guest', slots: ['guests', 'name', 'count', 'full', 'node'], required: ['guests'], impact: 'write' },
  'guest.change': { specialist: 'development', title: 'Change a guest', slots: ['guests', 'cores', 'memory_mib', 'disk_gib', 'disk_add_gib', 'bridge', 'vlan', 'name', 'settings'], required: ['guests'], impact: 'write' },
  'guest.delete': { specialist: 'development', title: 'Delete guests', slots: ['guests'], required: ['guests'], impact: 'destructive' },
  'guest.power': { specialist: 'development', title: 'Start, stop or restart guests', slots: ['guests', 'action'], required: ['guests', 'action'], actions: ['start', 'shutdown', 'stop', 'reboot', 'suspend', 'resume'], impact: 'write' },
  'guest.snapshot': { specialist: 'configuration', title: 'Snapshots', slots: ['guests', 'action', 'snapshot'], required: ['guests', 'action'], actions: ['create', 'rollback', 'delete', 'list'], impact: 'write', impactOf: { rollback: 'destructive', delete: 'destructive', list: 'read' } },
  'guest.migrate': { specialist: 'planning', title: 'Migrate guests', slots: ['guests', 'target_node', 'online'], required: ['guests'], impact: 'write' },
  'guest.show': { specialist: 'documentation', title: 'Show guests', slots: ['guests', 'node', 'question'], required: [], impact: 'read' },
  secure: { specialist: 'security', title: 'Find and repair security weaknesses', slots: where, required: [], impact: 'write' },
  optimize: { specialist: 'planning', title: 'Find and repair wasted or missing resources', slots: where, required: [], impact: 'write' },
  'expose.probe': { specialist: 'security', title: 'Probe a guest from outside', slots: ['guests'], required: ['guests'], impact: 'read' },
  'code.review': { specialist: 'security', title: 'Review infrastructure code', slots: ['file', 'format'], required: [], impact: 'read' },
  'drift.report': { specialist: 'configuration', title: 'Report drift', slots: where, required: [], impact: 'read' },
  'drift.baseline': { specialist: 'configuration', title: 'Record a baseline', slots: where, required: [], impact: 'read' },
  'drift.fix': { specialist: 'configuration', title: 'Revert drift', slots: where, required: [], impact: 'write' },
  'template.build': { specialist: 'configuration', title: 'Build a template', slots: ['os', 'blueprint', 'name', 'storage', 'node'], required: [], impact: 'write' },
  'template.list': { specialist: 'configuration', title: 'List templates', slots: [], required: [], impact: 'read' },
  'backup.plan': { specialist: 'configuration', title: 'Plan backups', slots: ['guests', 'scope', 'schedule', 'storage', 'keep_last', 'keep_daily', 'keep_weekly', 'keep_monthly'], required: [], impact: 'write' },
  'backup.run': { specialist: 'configuration', title: 'Back up now', slots: ['guests', 'storage'], required: ['guests'], impact: 'write' },
  'backup.restore': { specialist: 'configuration', title: 'Restore a backup', slots: ['guests', 'node', 'storage'], required: ['guests'], impact: 'destructive' },
  'backup.status': { specialist: 'configuration', title: 'Backup status', slots: ['guests', 'scope'], required: [], impact: 'read' },
  generate: { specialist: 'development', title: 'Generate infrastructure code', slots: ['format', ...create], required: ['format'], impact: 'read' },
  'code.optimize': { specialist: 'development', title: 'Improve infrastructure code', slots: ['file', 'format'], required: [], impact: 'read' },
  'capacity.plan': { specialist: 'planning', title: 'Plan capacity', slots: ['scope', 'node', 'horizon_days', 'question'], required: [], impact: 'read' },
  'risk.assess': { specialist: 'planning', title: 'Assess risk', slots: ['scope', 'node'], required: [], impact: 'read' },
  'schedule.maintenance': { specialist: 'planning', title: 'Schedule maintenance', slots: ['node', 'scope', 'window'], required: [], impact: 'write' },
  'report.stakeholder': { specialist: 'documentation', title: 'Report for stakeholders', slots: ['scope', 'horizon_days'], required: [], impact: 'read' },
  'docs.answer': { specialist: 'documentation', title: 'Answer a question about Proxmox', slots: ['question'], required: ['question'], impact: 'read' },
  'docs.generate': { specialist: 'documentation', title: 'Write documentation of this cluster', slots: ['topic', 'scope'], required: ['topic'], impact: 'read' },
  'guest.unlock': { specialist: 'configuration', title: 'Unlock a guest', slots: ['guests'], required: ['guests'], impact: 'write' },
  'disk.change': { specialist: 'development', title: 'Change disks', slots: ['guests', 'action', 'disk', 'disk_gib', 'disk_add_gib', 'storage'], required: ['guests', 'action'], actions: ['add', 'grow', 'move', 'detach', 'reassign'], impact: 'write' },
  'firewall.change': { specialist: 'security', title: 'Change the firewall', slots: [...where, 'action', 'port', 'protocol', 'source'], required: ['action'], actions: ['enable', 'disable', 'allow', 'deny'], impact: 'write' },
  'ha.change': { specialist: 'configuration', title: 'Change high availability', slots: ['guests', 'action', 'rule'], required: ['guests', 'action'], actions: ['add', 'remove', 'rule'], impact: 'write' },
  'replication.change': { specialist: 'configuration', title: 'Change replication', slots: ['guests', 'action', 'target_node', 'schedule'], required: ['guests', 'action'], actions: ['create', 'delete', 'run'], impact: 'write' },
  'node.maintain': { specialist: 'planning', title: 'Maintain a node', slots: ['node', 'action', 'window'], required: ['node', 'action'], actions: ['drain', 'update', 'reboot', 'upgrade-check'], impact: 'write', impactOf: { 'upgrade-check': 'read' } },
  'storage.reclaim': { specialist: 'planning', title: 'Reclaim storage', slots: ['storage', 'node'], required: [], impact: 'destructive' },
  'access.change': { specialist: 'security', title: 'Change access', slots: ['action', 'user', 'role', 'path'], required: ['action'], actions: ['create-user', 'create-token', 'grant', 'revoke'], impact: 'write' },
  troubleshoot: { specialist: 'planning', title: 'Find the cause of a problem', slots: ['guests', 'node', 'storage', 'question'], required: [], impact: 'read' },
  'metrics.top': { specialist: 'planning', title: 'Top consumers', slots: ['scope', 'metric', 'count'], required: [], impact: 'read' },
  'audit.who': { specialist: 'documentation', title: 'Who changed what', slots: ['guests', 'node', 'since'], required: [], impact: 'read' },
  'assistant.help': { specialist: 'documentation', title: 'What the assistant can do', slots: [], required: [], impact: 'read' },
  other: { specialist: 'documentation', title: 'Outside the domain', slots: [], required: [], impact: 'read' },
};
