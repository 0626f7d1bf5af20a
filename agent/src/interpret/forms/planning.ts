import type { SentenceForm } from './types.ts';

export const planningForms: readonly SentenceForm[] = [
  {
    intent: 'optimize',
    templates: [
      '(optimize|optimise|tune|right-size|rightsize|right size) {guests}',
      '(optimize|optimise|improve|tune) [the] performance of {guests}',
      '(make) {guests} (faster|quicker|more efficient)',
      '(check|review|analyse|analyze) [the] (performance|sizing|resources|resource usage) (of|on|for) {guests}',
      'is {guests} (oversized|undersized|over-provisioned|under-provisioned|sized right)',
    ],
  },
  {
    intent: 'optimize',
    fixed: { scope: 'cluster' },
    templates: [
      '(optimize|optimise|tune|right-size|rightsize) [the|my|our|this] [whole|entire] (cluster|datacenter|environment)',
    ],
  },
  { intent: 'optimize', templates: ['(optimize|optimise|tune) [the] (node|host) {node}'] },
  {
    intent: 'guest.migrate',
    attributes: ['online'],
    templates: [
      '(migrate|move) {guests} (to|onto) [the] [node|host] {target_node}',
      '(live migrate|live-migrate) {guests} (to|onto) [the] [node|host] {target_node}',
    ],
  },
  {
    intent: 'guest.migrate',
    attributes: ['online'],
    templates: [
      '(migrate|live migrate|live-migrate) {guests}',
      '(migrate|move) {guests} (to another|off this) (node|host)',
    ],
  },
  {
    intent: 'capacity.plan',
    attributes: ['horizon_days'],
    fixed: { scope: 'cluster' },
    templates: [
      '(plan|forecast|show) [the] capacity [of] [the|my|our] [cluster|datacenter]',
      '[capacity] (forecast|plan|planning) [for] [the|my|our] [cluster|datacenter]',
    ],
  },
  {
    intent: 'capacity.plan',
    attributes: ['horizon_days'],
    whole: 'question',
    templates: [
      'when (will|do) [we] [run] [the] (storage|disk|memory|ram|space) [be] (full|run out|out)',
      'when (will|do) we run out of (storage|disk|disk space|memory|ram|cpu)',
    ],
    fixed: { scope: 'cluster' },
  },
  {
    intent: 'risk.assess',
    fixed: { scope: 'cluster' },
    templates: [
      '(assess|evaluate|show|check) [the|our|my] risks [of|in] [the|my|our] [cluster|datacenter]',
      '(what are|which are) [the|our|my] [biggest] risks [in|of] [the|my|our] [cluster]',
      'risk (assessment|report) [of|for] [the|my|our] [cluster]',
    ],
  },
  {
    intent: 'risk.assess',
    templates: [
      '(assess|evaluate|show|check) [the] risks (of|on) [node|host] {node}',
      'what happens if {node} (fails|dies|goes down)',
    ],
  },
  {
    intent: 'schedule.maintenance',
    attributes: ['window'],
    templates: ['(schedule|plan) [a] maintenance [window] (for|of|on) [the] [node|host] {node}'],
  },
  {
    intent: 'schedule.maintenance',
    fixed: { scope: 'cluster' },
    attributes: ['window'],
    templates: ['(schedule|plan) [a] maintenance [window] [for] [the|my|our] [cluster]'],
  },
  {
    intent: 'node.maintain',
    fixed: { action: 'drain' },
    attributes: ['window'],
    templates: [
      '(drain|evacuate|empty) [the] [node|host] {node}',
      '(put|set) [the] [node|host] {node} (into|in) maintenance [mode]',
      'move (all|everything|all guests|all vms) (off|away from) [node|host] {node}',
    ],
  },
  {
    intent: 'node.maintain',
    fixed: { action: 'update' },
    attributes: ['window'],
    templates: [
      '(update|patch|upgrade) [the] (node|host) {node}',
      'install [the] updates on [the] [node|host] {node}',
    ],
  },
  {
    intent: 'node.maintain',
    fixed: { action: 'reboot' },
    attributes: ['window'],
    templates: ['(reboot|restart) [the] (node|host) {node}'],
  },
  {
    intent: 'node.maintain',
    fixed: { action: 'upgrade-check' },
    templates: [
      '(can|is) [node|host] {node} (be upgraded|ready for [the] upgrade|upgradable)',
      '(check|run) [the] upgrade (readiness|check|checklist) (of|on|for) [the] [node|host] {node}',
    ],
  },
  {
    intent: 'storage.reclaim',
    templates: [
      '(reclaim|free [up]|clean up|cleanup) [disk|storage] (space|storage) [on|in] [the] [storage] [{storage}]',
      '(find|remove|delete|clean up) [all] [the] (orphaned|unused|stale) (disks|volumes|images) [on|in] [the] [storage] [{storage}]',
    ],
  },
  {
    intent: 'troubleshoot',
    whole: 'question',
    templates: [
      'why is {guests} (so slow|slow|down|not responding|unresponsive|hanging|stuck|unreachable|not reachable|not starting|using so much (cpu|memory|ram|disk))',
      '(troubleshoot|diagnose|debug) {guests}',
      'why (does|did) {guests} (crash|not start|fail|hang|freeze|reboot)',
      "why (won't|can't|doesn't|cannot) {guests} (start|boot|migrate|shut down|stop)",
      'what is wrong with {guests}',
    ],
  },
  {
    intent: 'troubleshoot',
    whole: 'question',
    templates: [
      '(troubleshoot|diagnose|debug) [the] (node|host) {node}',
      'why is [the] (node|host) {node} (so slow|slow|down|offline|unresponsive|overloaded)',
    ],
  },
  {
    intent: 'metrics.top',
    templates: [
      '[show] [me] [the] top {count} (guests|vms|consumers|machines) [by] {metric}',
      '(which|what) (guests|vms|machines) (use|uses|consume|need|eat|are using) [the] most {metric}',
      '(who|what) (uses|is using|consumes|eats) [the] most {metric}',
      '[show] [me] [the] top {metric} (consumers|users)',
    ],
  },
];
