import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ProxmoxAiError } from '../errors.ts';
import { stateSchema } from './state-schema.ts';
import type { DemoState } from './state.ts';
import type { DemoTls } from './tls.ts';

/** Where the demo keeps itself between runs. */
export interface StateFile {
  /** The saved cluster, or undefined on the first run. A file that cannot be read is renamed and `store-corrupt` thrown. */
  load(): Promise<DemoState | undefined>;
  /** Writes the state at once and whole (temporary file, rename); calls while one runs are joined into one more. */
  save(state: DemoState): Promise<void>;
  loadTls(): Promise<DemoTls | undefined>;
  saveTls(tls: DemoTls): Promise<void>;
}

const tlsFiles = {
  caPem: 'pve-root-ca.pem',
  caKeyPem: 'pve-root-ca.key',
  certPem: 'pve-ssl.pem',
  keyPem: 'pve-ssl.key',
} as const satisfies Record<keyof DemoTls, string>;

/** The demo's files in a folder, which is created with access for its owner only. */
export const openStateFile = async (folder: string): Promise<StateFile> => {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
    throw new ProxmoxAiError('config-invalid', `The demo's state folder ${folder} cannot be created.`, {
      hint: 'Choose a folder that this user may write (PROXMOX_AI_STATE_DIR).',
      cause,
    });
  });
  const path = join(folder, 'state.json');
  let writing: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const save = (state: DemoState): Promise<void> => {
    if (!writing) {
      writing = writeAtomically(path, JSON.stringify(state)).finally(() => {
        writing = undefined;
      });
      return writing;
    }
    // A write that is under way may have missed the newest change: one more after it covers all who wait.
    next ??= writing
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return save(state);
      });
    return next;
  };

  return {
    load: async () => {
      const text = await readIfThere(path);
      return text === undefined ? undefined : parseState(path, text);
    },
    save,
    loadTls: async () => {
      const entries = await Promise.all(
        Object.entries(tlsFiles).map(
          async ([key, name]) => [key, await readIfThere(join(folder, name))] as const,
        ),
      );
      return entries.every(([, pem]) => pem !== undefined)
        ? (Object.fromEntries(entries) as unknown as DemoTls)
        : undefined;
    },
    saveTls: async (tls) => {
      for (const [key, name] of Object.entries(tlsFiles)) {
        await writeAtomically(join(folder, name), tls[key as keyof DemoTls]);
      }
    },
  };
};

const readIfThere = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ProxmoxAiError('config-invalid', `${path} cannot be read.`, {
      hint: 'Check who may read this file.',
      cause: error,
    });
  }
};

const parseState = async (path: string, text: string): Promise<DemoState> => {
  try {
    return stateSchema.parse(JSON.parse(text)) as unknown as DemoState;
  } catch (cause) {
    const aside = `${path}.corrupt-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
    await rename(path, aside);
    throw new ProxmoxAiError(
      'store-corrupt',
      `The saved demo cluster ${path} cannot be read; it was kept as ${aside}.`,
      {
        hint: 'Start again: a new demo cluster is made.',
        fields: { path, aside },
        cause,
      },
    );
  }
};

const writeAtomically = async (path: string, text: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    throw new ProxmoxAiError('config-invalid', `The demo's file ${path} cannot be written.`, {
      hint: 'Check that this user may write there and that there is space, or set PROXMOX_AI_STATE_DIR to another folder.',
      fields: { path },
      cause,
    });
  }
};
