import { existsSync, readFileSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { z } from 'zod';
import { ProxmoxAiError } from '../errors.ts';
import { configCandidates } from './paths.ts';
import { settingsSchema, type Settings } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const sections = settingsSchema.shape;
const table = z.record(z.string(), z.unknown());

/** `PROXMOX_AI_PVE_URL` → `pve.url`: every key of the file can be set by the environment. */
export function environmentNames(): readonly {
  readonly variable: string;
  readonly section: string;
  readonly key: string;
}[] {
  return Object.entries(sections).flatMap(([section, schema]) =>
    Object.keys(schema.unwrap().shape).map((key) => ({
      variable: `PROXMOX_AI_${section}_${key}`.toUpperCase(),
      section,
      key,
    })),
  );
}

function overrides(environment: Environment): Record<string, Record<string, unknown>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (const { variable, section, key } of environmentNames()) {
    const text = environment[variable];
    if (text === undefined || text === '') continue;
    (found[section] ??= {})[key] = /^\d+$/.test(text) ? Number(text) : text;
  }
  return found;
}

function readToml(path: string): Record<string, unknown> {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const where = cause instanceof TomlError ? ` (line ${cause.line}, column ${cause.column})` : '';
    throw new ProxmoxAiError('config-invalid', `The configuration ${path} cannot be read${where}.`, {
      hint:
        cause instanceof TomlError
          ? `Mend the TOML there: ${cause.message.split('\n')[0] ?? ''}`
          : 'Check that the file exists and is readable.',
      cause,
    });
  }
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** The file that was read; absent when there is none, which is fine. */
  readonly file?: string;
}

/**
 * Settings from the first configuration file that exists (`PROXMOX_AI_CONFIG`, the user's, `/etc/proxmox-ai/agent.toml`)
 * with the environment on top. Throws `config-invalid` naming file and key.
 */
export function loadSettings(environment: Environment = process.env): LoadedSettings {
  const explicit = environment.PROXMOX_AI_CONFIG;
  const file = explicit ?? configCandidates(environment).find((path) => existsSync(path));
  const fromFile = file === undefined ? {} : readToml(file);
  const merged: Record<string, unknown> = { ...fromFile };
  for (const [section, values] of Object.entries(overrides(environment))) {
    const base = table.safeParse(merged[section]);
    merged[section] = { ...(base.success ? base.data : {}), ...values };
  }
  const parsed = settingsSchema.safeParse(merged);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = issue?.path.join('.') ?? '';
    const unknown = issue?.code === 'unrecognized_keys' ? ` "${issue.keys.join('", "')}"` : '';
    throw new ProxmoxAiError(
      'config-invalid',
      `${file ?? 'The environment'}: ${key === '' ? '' : `${key}: `}${issue?.message ?? 'invalid'}.`,
      {
        hint:
          unknown === ''
            ? 'See `proxmox-ai doctor --config` for every key and its default.'
            : `Remove or rename${unknown}.`,
      },
    );
  }
  return { settings: parsed.data, ...(file === undefined ? {} : { file }) };
}
