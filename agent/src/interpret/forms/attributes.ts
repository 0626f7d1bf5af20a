/** Attribute phrases that may follow a sentence form in any order, each at most once. `fixed` as in SentenceForm. */
export interface AttributePhrase {
  readonly templates: readonly string[];
  readonly fixed?: Readonly<Record<string, unknown>>;
}

/** Words that join attributes and mean nothing by themselves. */
export const connectors = '(?:(?:with|and|,|having|has|that has|which has|using|plus|it|of|set|to|its) )*';

export const attributes: Readonly<Record<string, readonly AttributePhrase[]>> = {
  cores: [
    {
      templates: [
        '{cores} [v|virtual] (core|cores|vcpu|vcpus|cpu|cpus|processors)',
        '(cores|cpus|vcpus|cpu|core) [to|=|:] {cores}',
      ],
    },
  ],
  memory_mib: [
    { templates: ['{memory_mib} [of] (ram|memory|mem)', '(ram|memory|mem) [to|of|=|:] {memory_mib}'] },
  ],
  disk_gib: [
    {
      templates: [
        '[a|an] {disk_gib} [root|system|boot] (disk|storage|hdd|ssd|drive|volume|space)',
        '(disk|drive|root disk) [size] [to|of|=|:] {disk_gib}',
      ],
    },
  ],
  disk_add_gib: [
    {
      templates: [
        '{disk_add_gib} more (disk|storage|space|disk space)',
        '(additional|extra|another) {disk_add_gib} [of] (disk|storage|space)',
      ],
    },
  ],
  storage: [
    {
      templates: [
        '(on|to|in|from) [the] storage {storage}',
        '(on|to|in|from) [the] {storage} storage',
        'storage {storage}',
      ],
    },
  ],
  node: [{ templates: ['(on|in|at) [the] (node|host) {node}', 'node {node}'] }],
  place: [{ templates: ['(on|in|to|onto|from) [the] {place}'] }],
  name: [{ templates: ['(called|named|name|hostname|with name|with hostname) {name}'] }],
  bridge: [{ templates: ['(on|at|to) [the] bridge {bridge}', 'bridge {bridge}'] }],
  vlan: [{ templates: ['[in|on] (vlan|vlan tag|tag) {vlan}'] }],
  ip: [{ templates: ['[with] (ip|ip address|address|static ip) {ip}', '(dhcp)'] }],
  os: [{ templates: ['(running|on|with|based on|from) {os}', 'os {os}'] }],
  packages: [
    {
      templates: ['{packages} (installed|preinstalled)', '(install|installing|packages|running) {packages}'],
    },
  ],
  start: [
    {
      templates: ['(start|boot) [it|them] [afterwards|right away|immediately]', 'started'],
      fixed: { start: true },
    },
    {
      templates: ["(do not|don't|without) (start|starting|boot) [it|them]", 'stopped'],
      fixed: { start: false },
    },
  ],
  full: [
    { templates: ['[as] [a] full [clone|copy]'], fixed: { full: true } },
    { templates: ['[as] [a] linked [clone]'], fixed: { full: false } },
  ],
  online: [
    { templates: ['(live|online|without downtime)'], fixed: { online: true } },
    { templates: ['(offline|cold)'], fixed: { online: false } },
  ],
  schedule: [{ templates: ['{schedule}', 'schedule {schedule}'] }],
  window: [{ templates: ['{window}', 'window {window}'] }],
  keep_last: [
    { templates: ['(keep|keeping) [the] [last] {keep_last} [backups|copies]', 'keep-last {keep_last}'] },
  ],
  keep_daily: [{ templates: ['[keep|keeping] {keep_daily} (daily|dailies|days)'] }],
  keep_weekly: [{ templates: ['[keep|keeping] {keep_weekly} (weekly|weeklies|weeks)'] }],
  keep_monthly: [{ templates: ['[keep|keeping] {keep_monthly} (monthly|monthlies|months)'] }],
  protocol: [
    { templates: ['(tcp|over tcp|via tcp)'], fixed: { protocol: 'tcp' } },
    { templates: ['(udp|over udp|via udp)'], fixed: { protocol: 'udp' } },
  ],
  source: [{ templates: ['from {source}'] }],
  since: [{ templates: ['[since] {since}'] }],
  horizon_days: [{ templates: ['(for|in|over|within) [the] {horizon_days}'] }],
};
