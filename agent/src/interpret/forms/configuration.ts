import type { SentenceForm } from './types.ts';

const keep = ['keep_last', 'keep_daily', 'keep_weekly', 'keep_monthly', 'storage', 'place', 'schedule'];

export const configurationForms: readonly SentenceForm[] = [
  {
    intent: 'guest.snapshot',
    fixed: { action: 'create' },
    templates: [
      '(snapshot|take a snapshot of|make a snapshot of|create a snapshot of|create snapshot of|snap) {guests} [called|named|as] [{snapshot}]',
      '(take|create|make) [a] snapshot [called|named] {snapshot} (of|on|for) {guests}',
    ],
  },
  {
    intent: 'guest.snapshot',
    fixed: { action: 'rollback' },
    templates: [
      '(roll back|rollback|revert|reset) {guests} to [the] [snapshot] {snapshot}',
      '(restore) {guests} (to|from) [the] snapshot {snapshot}',
      '(roll back|rollback) {guests}',
    ],
  },
  {
    intent: 'guest.snapshot',
    fixed: { action: 'delete' },
    templates: [
      '(delete|remove|drop) [the] snapshot {snapshot} (of|from|on) {guests}',
      '(delete|remove|drop) [the] {snapshot} snapshot (of|from|on) {guests}',
    ],
  },
  {
    intent: 'guest.snapshot',
    fixed: { action: 'list' },
    templates: [
      '(list|show) [me] [all] [the] snapshots (of|on|for) {guests}',
      '(which|what) snapshots (does|do) {guests} have',
    ],
  },
  {
    intent: 'guest.unlock',
    templates: ['unlock {guests}', '(remove|clear) [the] lock (of|on|from) {guests}'],
  },
  {
    intent: 'drift.report',
    templates: [
      '(show|report|check|detect|find) [me] [the] [configuration|config] drift (of|on|for) {guests}',
      '(has|have) {guests} drifted',
      '(what|anything) changed (on|in) {guests} since [the] baseline',
    ],
  },
  {
    intent: 'drift.report',
    fixed: { scope: 'cluster' },
    templates: [
      '(show|report|check|detect|find) [me] [the|any|all] [configuration|config] drift [in|of|on|for] [the|my|our] [cluster|datacenter]',
      '[configuration|config] drift report',
      'what (drifted|has drifted)',
    ],
  },
  {
    intent: 'drift.baseline',
    templates: [
      '(record|take|set|save|create|make) [a|the] [new] baseline (of|for) {guests}',
      'baseline {guests}',
      '(accept) [the] [current] (state|configuration|config) of {guests} as [the|a] [new] baseline',
    ],
  },
  {
    intent: 'drift.baseline',
    fixed: { scope: 'cluster' },
    templates: [
      '(record|take|set|save|create|make) [a|the] [new] baseline [of|for] [the|my|our] [whole] [cluster|datacenter]',
    ],
  },
  {
    intent: 'drift.fix',
    templates: [
      '(fix|revert|undo|repair|correct) [the] [configuration|config] drift (of|on|for|in) {guests}',
    ],
  },
  {
    intent: 'drift.fix',
    fixed: { scope: 'cluster' },
    templates: [
      '(fix|revert|undo|repair|correct) [the|all] [configuration|config] drift [in|of|on] [the|my|our] [cluster]',
    ],
  },
  {
    intent: 'template.build',
    attributes: ['name', 'storage', 'node', 'place'],
    templates: [
      '(build|create|make) [a|an|the] [new] {os} template',
      '(build|create|make) [a|the] [new] template (of|for|from|with) {os}',
    ],
  },
  {
    intent: 'template.list',
    templates: [
      '(list|show) [me] [all] [the|my|our] templates',
      '(which|what) templates (do we have|are there|exist|are available)',
    ],
  },
  {
    intent: 'backup.run',
    attributes: ['storage', 'place'],
    templates: ['(back up|backup) {guests}', '(run|start|take|make|create) [a] backup (of|for) {guests}'],
  },
  {
    intent: 'backup.restore',
    attributes: ['node', 'storage', 'place'],
    templates: [
      'restore {guests} [from] [the] [last|latest|newest] [backup]',
      'restore [the] [last|latest|newest] backup of {guests}',
    ],
  },
  {
    intent: 'backup.status',
    templates: [
      '(show|check|list) [me] [the] (backups|backup status|backup state) (of|for) {guests}',
      '(when|is|are) (was|were|has|have) {guests} [last|been] backed up',
      '(is|are) {guests} backed up',
      'when was the last backup of {guests}',
    ],
  },
  {
    intent: 'backup.status',
    fixed: { scope: 'cluster' },
    templates: [
      '[show] [me] [the] backup (status|state|report) [of] [the|my|our] [cluster]',
      '(did|are|were) [all] [the|my|our] backups (work|ok|okay|successful|fine|run|succeed)',
      '(which|what) (guests|vms|machines) (are not|have no|lack|are without) (backed up|backup|backups|a backup)',
    ],
  },
  {
    intent: 'backup.plan',
    attributes: keep,
    templates: [
      '(schedule|plan|set up|create|configure) [a|the] [backup|backups] [job|plan|schedule|strategy] (of|for) {guests}',
      '(back up|backup) {guests} {schedule}',
    ],
  },
  {
    intent: 'backup.plan',
    fixed: { scope: 'cluster' },
    attributes: keep,
    templates: [
      '(schedule|plan|set up|create|make|design) [a|the|our] backup [job|plan|schedule|strategy] [for] [the|my|our] [whole] [cluster|datacenter]',
    ],
  },
  {
    intent: 'ha.change',
    fixed: { action: 'add' },
    templates: [
      '(add) {guests} to (ha|high availability)',
      '(enable|turn on|activate) (ha|high availability) (for|on|of) {guests}',
      '(make) {guests} (highly available|ha)',
    ],
  },
  {
    intent: 'ha.change',
    fixed: { action: 'remove' },
    templates: [
      '(remove) {guests} from (ha|high availability)',
      '(disable|turn off|deactivate) (ha|high availability) (for|on|of) {guests}',
    ],
  },
  {
    intent: 'replication.change',
    fixed: { action: 'create' },
    attributes: ['schedule'],
    templates: [
      '(replicate) {guests} to [the] [node|host] {target_node}',
      '(create|add|set up) [a] replication [job] (of|for) {guests} to [the] [node|host] {target_node}',
    ],
  },
  {
    intent: 'replication.change',
    fixed: { action: 'delete' },
    templates: ['(delete|remove|stop) [the] replication [job] (of|for) {guests} [to] [{target_node}]'],
  },
  {
    intent: 'replication.change',
    fixed: { action: 'run' },
    templates: ['(run|start) [the] replication [job] (of|for) {guests}', 'replicate {guests}'],
  },
];
