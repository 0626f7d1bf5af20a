import type { SentenceForm } from './types.ts';

export const documentationForms: readonly SentenceForm[] = [
  {
    intent: 'guest.show',
    templates: [
      '(show|list|display|describe) [me] [the|all] [details|status|state|config|configuration|info] [of|for|about] {guests}',
      '(what is|how is|tell me about|status of) [the] [status|state|load] [of] {guests} [doing]',
      '(is|are) {guests} (running|up|online|on|alive)',
      '(list|show|ls) [me] [all] [the|my|our] (guests|vms|machines)',
      '(ls|list)',
      '(zeige|zeig) [mir] [alle|die] (gäste|vms|maschinen)',
      '(zeige|zeig) [mir] {guests}',
      '(what|which) (guests|vms|machines) (are there|do we have|exist)',
    ],
  },
  {
    intent: 'guest.show',
    templates: [
      '(list|show) [me] [all] [the] (guests|vms|machines) on [the] [node|host] {node}',
      '(what|which) (guests|vms|machines) (run|are|are running) on [the] [node|host] {node}',
      'what (runs|is running) on [the] [node|host] {node}',
    ],
  },
  {
    intent: 'report.stakeholder',
    fixed: { scope: 'cluster' },
    attributes: ['horizon_days'],
    templates: [
      '(write|create|make|generate|give me|prepare) [a|an|the] (stakeholder|management|executive|monthly|weekly|quarterly) (report|summary) [of|about|on] [the|my|our] [cluster]',
      '(write|create|make|generate|prepare) [a|the] report for [the|my|our] (management|boss|stakeholders|board|cto)',
    ],
  },
  {
    intent: 'docs.generate',
    templates: [
      '(generate|write|create|make) [a|an|the] {topic} [document|documentation|report|docs] [of|for] [the|my|our] [cluster]',
      'document {topic} [of] [the|my|our] [cluster]',
    ],
  },
  {
    intent: 'audit.who',
    attributes: ['since'],
    templates: [
      'who (changed|touched|stopped|started|deleted|rebooted|modified|edited|restarted|shut down) {guests}',
      '(what|who) (happened to|did what to|was changed on) {guests}',
    ],
  },
  {
    intent: 'audit.who',
    attributes: ['since'],
    templates: ['who (rebooted|changed|touched) [the] (node|host) {node}'],
  },
  {
    intent: 'docs.answer',
    whole: 'question',
    templates: [
      '(explain) {question}',
      'what (is|are) (a|an|the difference|zfs|ceph|lvm|corosync|pmxcfs|ksm|ballooning|cloud-init|quorum|vzdump|a pve) {question}',
      'how (do|can) (i|we|you) {question}',
      'what does {question} (mean|do)',
    ],
  },
  {
    intent: 'assistant.help',
    templates: [
      'help [me]',
      '(what can you do|what do you do|who are you|what are you|how do you work|show [me] [the] help|what can i (ask|say|do))',
      '(commands|usage)',
    ],
  },
];
