import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { environmentNames, loadSettings } from './load.ts';

let folder: string;
const file = () => join(folder, 'agent.toml');
const load = (toml: string, environment: Record<string, string> = {}) => {
  writeFileSync(file(), toml);
  return loadSettings({ PROXMOX_AI_CONFIG: file(), ...environment });
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxmox-ai-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the configuration', () => {
  it('has a default for everything', () => {
    const { settings, file: used } = loadSettings({ HOME: folder });
    expect(settings.pve).toEqual({ timeout_s: 30 });
    expect(settings.chat.skill).toBe('intermediate');
    expect(used).toBeUndefined();
  });

  it('lets the environment override the file', () => {
    const { settings } = load('[pve]\nurl = "https://a:8006"\ntimeout_s = 5\n', {
      PROXMOX_AI_PVE_TIMEOUT_S: '9',
      PROXMOX_AI_CHAT_SKILL: 'expert',
    });
    expect(settings.pve).toMatchObject({ url: 'https://a:8006', timeout_s: 9 });
    expect(settings.chat.skill).toBe('expert');
  });

  it.each([
    ['[pve\n', /line 1/],
    ['[pve]\nurl = "http://a"\n', /pve\.url/],
    ['[pve]\nurll = "https://a"\n', /pve/],
    ['[pve]\nfingerprint = "AA:BB"\n', /pve\.fingerprint/],
    ['[chat]\nskill = "wizard"\n', /chat\.skill/],
  ])('refuses %j and says where', (toml, message) => {
    expect(() => load(toml)).toThrow(message);
  });

  it('refuses a named file that does not exist', () => {
    expect(() => loadSettings({ PROXMOX_AI_CONFIG: join(folder, 'none.toml') })).toThrow(/cannot be read/);
  });

  it('gives each key one environment variable', () => {
    const names = environmentNames().map(({ variable }) => variable);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('PROXMOX_AI_PVE_URL');
  });
});
