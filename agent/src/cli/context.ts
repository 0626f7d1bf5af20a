import type { Command } from 'commander';
import { z } from 'zod';
import { skillSchema } from '../capabilities/types.ts';
import type { Assistant } from '../chat/types.ts';
import { loadSettings, type LoadedSettings } from '../config/load.ts';
import { stateFolder } from '../config/paths.ts';
import type { Io } from './io.ts';

const globalOptions = z.object({
  json: z.boolean().default(false),
  demo: z.boolean().default(false),
  skill: skillSchema.optional(),
  socket: z.string().optional(),
  agent: z.boolean().default(true),
});
export type GlobalOptions = z.infer<typeof globalOptions>;

/** What a command works with. */
export interface CliContext extends LoadedSettings {
  readonly io: Io;
  readonly folder: string;
  readonly options: GlobalOptions;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** The agent behind its socket when one runs, the same code in this process otherwise. */
  openAssistant(): Promise<Assistant>;
}

/** The context of a command: global options, settings, streams. Throws `config-invalid`. */
export function commandContext(command: Command, io: Io, signal: AbortSignal): CliContext {
  const options = globalOptions.parse(command.optsWithGlobals());
  const loaded = loadSettings();
  const folder = stateFolder();
  return {
    ...loaded,
    io,
    folder,
    options,
    signal,
    openAssistant: async () => {
      const { openAssistant } = await import('./open-assistant.ts');
      return openAssistant({ settings: loaded.settings, folder, options, signal });
    },
  };
}
