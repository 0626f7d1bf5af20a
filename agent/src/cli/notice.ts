import type { Assistant } from '../chat/types.ts';
import type { CliContext } from './context.ts';

/** Says on the error stream that what follows is about the demo cluster; nothing on a real one. */
export async function demoNotice({ io }: CliContext, assistant: Assistant): Promise<void> {
  const { demo } = await assistant.status();
  if (demo)
    io.err(
      io.errorColors.yellow('Demo cluster: no real one is configured (proxmox-ai login https://HOST:8006).') +
        '\n',
    );
}
