import type { SentenceForm } from './types.ts';

const create = [
  'cores',
  'memory_mib',
  'disk_gib',
  'storage',
  'node',
  'place',
  'name',
  'bridge',
  'vlan',
  'ip',
  'os',
  'packages',
  'start',
];
const change = ['cores', 'memory_mib', 'disk_gib', 'disk_add_gib', 'bridge', 'vlan'];
const vm = '(vm|vms|virtual machine|virtual machines)';
const ct = '(container|containers|ct|cts|lxc|lxcs|lxc container|lxc containers)';
const make = '(create|make|build|deploy|provision|spin up|set up|add|new)';

export const developmentForms: readonly SentenceForm[] = [
  {
    intent: 'guest.create',
    fixed: { kind: 'qemu' },
    attributes: create,
    templates: [`${make} [{count}] [new] [{os}] ${vm}`],
  },
  {
    intent: 'guest.create',
    fixed: { kind: 'lxc' },
    attributes: create,
    templates: [`${make} [{count}] [new] [unprivileged] [{os}] ${ct}`],
  },
  {
    intent: 'guest.create',
    attributes: create,
    templates: [`${make} [{count}] [new] [{os}] (server|servers|machine|machines|guest|guests)`],
  },
  {
    intent: 'guest.create',
    fixed: { blueprint: 'web-server' },
    attributes: create,
    templates: [`${make} [{count}] [new] [{os}] (web server|webserver|web servers|webservers)`],
  },
  {
    intent: 'guest.create',
    fixed: { blueprint: 'docker-host' },
    attributes: create,
    templates: [`${make} [{count}] [new] [{os}] docker (host|hosts|server|vm|machine)`],
  },
  {
    intent: 'guest.create',
    fixed: { blueprint: 'kubernetes' },
    attributes: create,
    templates: [`${make} [{count}] [new] [{os}] (kubernetes|k8s) [cluster|node|nodes]`],
  },
  {
    intent: 'guest.clone',
    attributes: ['full', 'name', 'node', 'place'],
    templates: [
      'clone {guests}',
      '(make|create) [a|{count}] (clone|copy|clones|copies) of {guests}',
      'clone {guests} (to|as|into) [vm] {name}',
    ],
  },
  {
    intent: 'guest.delete',
    templates: ['(delete|destroy|remove|erase|wipe|get rid of) {guests} [permanently|for good|completely]'],
  },
  {
    intent: 'guest.power',
    fixed: { action: 'start' },
    templates: [
      '(start|boot|power on|turn on|switch on|power up|start up|boot up|fire up) {guests}',
      '(turn|power|switch) {guests} on',
    ],
  },
  {
    intent: 'guest.power',
    fixed: { action: 'shutdown' },
    templates: [
      '(shut down|shutdown|power down|turn off|switch off|gracefully stop) {guests} [gracefully|cleanly]',
      '(turn|power|switch|shut) {guests} (off|down)',
    ],
  },
  {
    intent: 'guest.power',
    fixed: { action: 'stop' },
    templates: ['(stop|kill|force stop|hard stop|force-stop|power off|pull the plug on) {guests}'],
  },
  {
    intent: 'guest.power',
    fixed: { action: 'reboot' },
    templates: ['(reboot|restart|power cycle|bounce) {guests}'],
  },
  {
    intent: 'guest.power',
    fixed: { action: 'suspend' },
    templates: ['(suspend|pause|hibernate|freeze) {guests}'],
  },
  {
    intent: 'guest.power',
    fixed: { action: 'resume' },
    templates: ['(resume|unpause|wake|wake up|continue) {guests}'],
  },
  {
    intent: 'guest.change',
    attributes: change,
    templates: [
      '(give|set|change|resize|update|configure|upgrade) {guests} [to]',
      '(increase|raise|change|set|reduce|lower|decrease) [the] (memory|ram) (of|on|for) {guests} to {memory_mib}',
      '(increase|raise|change|set|reduce|lower|decrease) [the] (cores|cpus|vcpus|cpu cores|number of cores) (of|on|for) {guests} to {cores}',
      'make {guests} {memory_mib}',
    ],
  },
  {
    intent: 'guest.change',
    templates: ['rename {guests} (to|as|into) {name}', '(change|set) [the] name of {guests} to {name}'],
  },
  {
    intent: 'guest.change',
    attributes: ['vlan'],
    templates: [
      '(move|put|attach|connect) {guests} (to|on|onto|into) [the] bridge {bridge}',
      '(move|put) {guests} (into|in|to|on|onto) vlan {vlan}',
    ],
  },
  {
    intent: 'guest.change',
    fixed: { settings: { onboot: 1 } },
    templates: [
      '(start|boot) {guests} (automatically|on boot|at boot|on host boot|with the host)',
      '(enable|turn on) (autostart|start at boot|onboot) (for|on|of) {guests}',
    ],
  },
  {
    intent: 'guest.change',
    fixed: { settings: { onboot: 0 } },
    templates: [
      '(disable|turn off) (autostart|start at boot|onboot) (for|on|of) {guests}',
      "(do not|don't) (start|boot) {guests} (automatically|on boot|at boot)",
    ],
  },
  {
    intent: 'guest.change',
    fixed: { settings: { protection: 1 } },
    templates: [
      '(enable|turn on|set) [the] [delete|deletion] protection (for|on|of) {guests}',
      'protect {guests} (from|against) (deletion|removal|being deleted)',
    ],
  },
  {
    intent: 'guest.change',
    fixed: { settings: { agent: 'enabled=1' } },
    templates: ['(enable|turn on|activate) [the] [qemu] [guest] agent (for|on|of|in) {guests}'],
  },
  {
    intent: 'disk.change',
    fixed: { action: 'grow' },
    templates: [
      '(grow|extend|expand|enlarge|resize) [the] (disk|root disk|drive) [of|on] {guests} by {disk_add_gib}',
      '(grow|extend|expand|enlarge|resize) [the] [disk] {disk} (of|on) {guests} by {disk_add_gib}',
    ],
  },
  {
    intent: 'disk.change',
    fixed: { action: 'grow' },
    templates: [
      '(grow|extend|expand|enlarge|resize|increase) [the] (disk|root disk|drive) [of|on] {guests} to {disk_gib}',
      '(grow|extend|expand|enlarge|resize|increase) [the] [disk] {disk} (of|on) {guests} to {disk_gib}',
    ],
  },
  {
    intent: 'disk.change',
    fixed: { action: 'add' },
    attributes: ['storage', 'place'],
    templates: [
      'add [a|an] [new|another] {disk_gib} (disk|drive|volume) to {guests}',
      '(add|attach) [a|an] [new|another] (disk|drive|volume) of {disk_gib} to {guests}',
    ],
  },
  {
    intent: 'disk.change',
    fixed: { action: 'move' },
    templates: [
      'move [the] (disk|disks|drive) of {guests} to [the] [storage] {storage}',
      'move [the] [disk] {disk} of {guests} to [the] [storage] {storage}',
    ],
  },
  {
    intent: 'disk.change',
    fixed: { action: 'detach' },
    templates: ['detach [the] [disk] {disk} (of|from) {guests}'],
  },
  {
    intent: 'generate',
    fixed: { format: 'terraform' },
    attributes: create,
    templates: [
      '(generate|write|create|give me|produce) [the|a|some] terraform [code|config|configuration|module] [for] [{count}] [{os}] [vm|vms|server|servers]',
    ],
  },
  {
    intent: 'generate',
    fixed: { format: 'ansible' },
    attributes: create,
    templates: [
      '(generate|write|create|give me|produce) [the|an|some] ansible [code|playbook|role] [for] [{count}] [{os}] [vm|vms|server|servers]',
    ],
  },
  {
    intent: 'generate',
    fixed: { format: 'cloud-init' },
    attributes: create,
    templates: [
      '(generate|write|create|give me|produce) [the|a|some] (cloud-init|cloud init|cloudinit) [config|configuration|file|user-data] [for] [{count}] [{os}] [vm|vms|server|servers]',
    ],
  },
  {
    intent: 'generate',
    fixed: { format: 'packer' },
    attributes: create,
    templates: [
      '(generate|write|create|give me|produce) [the|a|some] packer [template|config|file|code] [for] [{count}] [{os}] [vm|vms|server|servers|template]',
    ],
  },
  {
    intent: 'code.optimize',
    templates: [
      '(optimize|optimise|improve|refactor|clean up) [the|my|this] (code|file|playbook|terraform|script) {file}',
    ],
  },
];
