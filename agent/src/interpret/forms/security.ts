import type { SentenceForm } from './types.ts';

const firewall = ['protocol', 'source'];

export const securityForms: readonly SentenceForm[] = [
  {
    intent: 'secure',
    templates: [
      '(secure|harden|lock down|tighten [up]) {guests}',
      '(secure|harden) [the] security of {guests}',
      '(check|scan|audit|review|analyse|analyze|inspect|assess) [the] (security|hardening) (of|on|for) {guests}',
      '(check|scan|audit|review|analyse|analyze|inspect) {guests} for (security|vulnerabilities|weaknesses|misconfigurations|security issues|security problems)',
      '[run] [a] (security|hardening) (check|scan|audit|review|report) (of|on|for) {guests}',
      '(make) {guests} (secure|safe|more secure|safer)',
      '(is|are) {guests} (secure|safe|hardened)',
      'how (secure|safe) (is|are) {guests}',
      '(what is wrong with the security of|what are the security problems of|what security issues does) {guests} [have]',
      '(fix|solve|repair) [the|all] security [issues|problems|findings|weaknesses] (of|on|in) {guests}',
      '(scan|audit) {guests}',
      '(show|list|give) [me] [the] [open|current] (security|hardening) [issues|problems|findings|report|status|state] (of|for|on) {guests}',
      '(what|which) (are|is) [the] [open] security (issues|problems|findings|weaknesses|state|status) (of|for|on|with) {guests}',
      '(what|which) security (issues|problems|findings|weaknesses) (does|do) {guests} have',
      'what is (insecure|unsafe|not secure) (about|on|with|in) {guests}',
      '(find|search|look for) [the|all|any] (security|hardening) (issues|problems|weaknesses|holes|gaps) (of|in|on|with) {guests}',
      'how (can|do|could|should|would) (i|we|you) (secure|harden|lock down) {guests}',
      'how (can|do|could|should|would) (i|we|you) make {guests} [more] (secure|safe|safer)',
      '(sichere|härte|prüfe die sicherheit von) {guests}',
      '(ist|sind) {guests} sicher',
      'wie sicher (ist|sind) {guests}',
    ],
  },
  {
    intent: 'secure',
    fixed: { scope: 'cluster' },
    templates: [
      '(secure|harden|lock down) [the|my|our|this] [whole|entire] (cluster|datacenter|environment|proxmox)',
      '(check|scan|audit|review|assess) [the] security of [the|my|our] [whole|entire] (cluster|datacenter|environment)',
      '(check|scan|audit|review) [the|my|our] [whole|entire] (cluster|datacenter) for (security|vulnerabilities|weaknesses|misconfigurations)',
      '[run] [a] (security|hardening) (check|scan|audit|review|report) (of|on|for) [the|my|our] [whole|entire] (cluster|datacenter)',
      '(is|how secure is|how safe is) [the|my|our] (cluster|datacenter) [secure|safe]',
      '(find|search|look for) [the|all|any] (security|hardening) (issues|problems|weaknesses|holes|gaps) [in|on|of] [the|my|our] [cluster|datacenter]',
      '[run|do|start] [a|the] (security|hardening) (check|scan|audit|review|report)',
      'sichere den [ganzen] cluster',
    ],
  },
  {
    intent: 'secure',
    templates: [
      '(secure|harden|lock down) [the] (node|host|hypervisor) {node}',
      '(secure|harden|check the security of) (all|every|each|the|all the) (guests|vms|machines|guest|vm) (on|of) [the] [node|host] {node}',
      '(check|scan|audit|review) [the] security of [the] (node|host|hypervisor) {node}',
      '[run] [a] (security|hardening) (check|scan|audit|review) (of|on|for) [the] (node|host) {node}',
    ],
  },
  {
    intent: 'expose.probe',
    templates: [
      '(probe|port scan|portscan|scan [the] ports of) {guests} [from outside]',
      '(what|which) (ports|services) (does|do|is|are) {guests} (expose|exposing|have open) [to] [the] [outside|network|internet]',
      '(what|which) ports are open on {guests}',
      '(check|show) [the] (exposure|open ports|exposed services) (of|on) {guests}',
    ],
  },
  {
    intent: 'code.review',
    templates: ['(review|check|audit) [the|my|this] [code|file] {file} [for security]'],
  },
  {
    intent: 'code.review',
    fixed: { format: 'terraform' },
    templates: ['(review|check|audit) (the|my|this|our) terraform [code|file|files|config] [{file}]'],
  },
  {
    intent: 'code.review',
    fixed: { format: 'ansible' },
    templates: ['(review|check|audit) (the|my|this|our) ansible [code|playbook|playbooks|role] [{file}]'],
  },
  {
    intent: 'firewall.change',
    fixed: { action: 'enable' },
    templates: [
      '(enable|turn on|switch on|activate) [the] firewall (of|on|for|in) {guests}',
      'firewall (on|up) (of|on|for) {guests}',
    ],
  },
  {
    intent: 'firewall.change',
    fixed: { action: 'disable' },
    templates: ['(disable|turn off|switch off|deactivate) [the] firewall (of|on|for|in) {guests}'],
  },
  {
    intent: 'firewall.change',
    fixed: { action: 'enable', scope: 'cluster' },
    templates: ['(enable|turn on|activate) [the] (cluster|datacenter) firewall'],
  },
  {
    intent: 'firewall.change',
    fixed: { action: 'disable', scope: 'cluster' },
    templates: ['(disable|turn off|deactivate) [the] (cluster|datacenter) firewall'],
  },
  {
    intent: 'firewall.change',
    fixed: { action: 'allow' },
    attributes: firewall,
    templates: ['(allow|open|permit) [port|incoming] {port} [access|traffic] (to|on|for|into) {guests}'],
  },
  {
    intent: 'firewall.change',
    fixed: { action: 'deny' },
    attributes: firewall,
    templates: [
      '(deny|block|close|forbid) [port|incoming] {port} [access|traffic] (to|on|for|into) {guests}',
    ],
  },
  {
    intent: 'access.change',
    fixed: { action: 'create-user' },
    templates: ['(create|add|make) [a|the] [new] user {user}'],
  },
  {
    intent: 'access.change',
    fixed: { action: 'create-token' },
    templates: ['(create|add|make) [an|a] [new] [api] token for [user] {user}'],
  },
  {
    intent: 'access.change',
    fixed: { action: 'grant' },
    templates: [
      '(give|grant) [user] {user} [the] [role] {role} [role] (on|at|for) {path}',
      '(give|grant) [the] [role] {role} to {user} (on|at|for) {path}',
    ],
  },
  {
    intent: 'access.change',
    fixed: { action: 'revoke' },
    templates: ['(revoke|remove|take) [the] [role] {role} [role] (from|of) {user} (on|at|for) {path}'],
  },
];
