import { z } from 'zod';

const section = z.record(z.string(), z.string());

const guest = z.looseObject({
  vmid: z.int(),
  type: z.enum(['qemu', 'lxc']),
  node: z.string(),
  config: section,
  lxcRaw: z.array(z.tuple([z.string(), z.string()])),
  pending: z.object({ set: section, delete: z.array(z.string()) }),
  snapshots: z.record(z.string(), z.looseObject({ config: section })),
  status: z.enum(['running', 'stopped', 'paused']),
});

const node = z.looseObject({
  name: z.string(),
  online: z.boolean(),
  bootedAt: z.number(),
  memory: z.number(),
});

const user = z.looseObject({
  userid: z.string(),
  enable: z.boolean(),
  expire: z.number(),
  groups: z.array(z.string()),
  tokens: z.record(
    z.string(),
    z.object({
      secret: z.string(),
      privsep: z.boolean(),
      expire: z.number(),
      comment: z.string().optional(),
    }),
  ),
});

const task = z.looseObject({
  upid: z.string(),
  node: z.string(),
  type: z.string(),
  id: z.string(),
  user: z.string(),
  starttime: z.number(),
  log: z.array(z.string()),
});

const acl = z.object({
  path: z.string(),
  type: z.enum(['user', 'group', 'token']),
  ugid: z.string(),
  roleid: z.string(),
  propagate: z.boolean(),
});

/** The shape of a saved demo cluster: strict where the server would fail on other values, open for the rest. */
export const stateSchema = z.looseObject({
  version: z.literal(1),
  seed: z.number(),
  clusterName: z.string(),
  nodes: z.record(z.string(), node),
  guests: z.record(z.string(), guest),
  storages: z.record(z.string(), section),
  volumes: z.array(z.looseObject({ volid: z.string(), storage: z.string(), size: z.number() })),
  pools: z.record(z.string(), z.looseObject({ vmids: z.array(z.int()), storages: z.array(z.string()) })),
  datacenter: section,
  firewall: z.looseObject({
    options: section,
    rules: z.array(section),
    groups: z.record(z.string(), z.unknown()),
  }),
  backupJobs: z.record(z.string(), section),
  users: z.record(z.string(), user),
  groups: z.record(z.string(), z.looseObject({})),
  roles: z.record(z.string(), z.array(z.string())),
  acl: z.array(acl),
  domains: z.record(z.string(), section),
  tasks: z.array(task),
  authKey: z.string().regex(/^[0-9a-f]+$/),
});
