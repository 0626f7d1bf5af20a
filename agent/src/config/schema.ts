import { z } from 'zod';

const seconds = z.number().int().min(1).max(3600);

/**
 * The configuration file (TOML). Every key has a default, so an empty file is valid; unknown keys are refused, because a
 * misspelt one would otherwise be ignored silently. Secrets are not in it: they lie in files that it names.
 */
export const settingsSchema = z.strictObject({
  pve: z
    .strictObject({
      url: z
        .url({ protocol: /^https$/ })
        .optional()
        .describe('API of the cluster: https://HOST:8006'),
      user: z
        .string()
        .regex(/^[^\s:/]+@[A-Za-z][\w.-]*$/)
        .optional()
        .describe('PVE user, with realm'),
      token_id: z
        .string()
        .regex(/^[^\s:/]+@[\w.-]+![\w.-]+$/)
        .optional()
        .describe('API token: user@realm!name'),
      token_secret_file: z.string().optional().describe('File that holds the token’s secret (0600)'),
      fingerprint: z
        .string()
        .regex(/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/)
        .optional()
        .describe('Pinned SHA-256 fingerprint of the API certificate'),
      ca_file: z
        .string()
        .optional()
        .describe('CA that signs the API certificate, e.g. /etc/pve/pve-root-ca.pem'),
      timeout_s: seconds.default(30).describe('Longest time for one API call'),
    })
    .prefault({}),
  store: z
    .strictObject({ path: z.string().optional().describe('SQLite file with plans, ledger and history') })
    .prefault({}),
  agent: z
    .strictObject({
      socket: z.string().optional().describe('Unix socket of the agent'),
      max_runs: z.number().int().min(1).max(64).default(8).describe('Runs at a time; more wait in a queue'),
    })
    .prefault({}),
  chat: z
    .strictObject({
      skill: z
        .enum(['beginner', 'intermediate', 'expert'])
        .default('intermediate')
        .describe('How much is explained'),
    })
    .prefault({}),
  plans: z
    .strictObject({
      task_timeout_s: z
        .number()
        .int()
        .min(10)
        .max(86_400)
        .default(1800)
        .describe('Longest time for one PVE task of a plan'),
    })
    .prefault({}),
  demo: z
    .strictObject({
      seed: z.number().int().min(0).default(1),
      nodes: z.number().int().min(1).max(64).default(3),
      guests: z
        .number()
        .int()
        .min(0)
        .max(20_000)
        .optional()
        .describe('Size of a generated cluster; absent: the built-in one'),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof settingsSchema>;
