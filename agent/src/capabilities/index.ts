import { help } from './help/index.ts';
import { secure } from './secure/index.ts';
import { show } from './show/index.ts';
import type { Capability } from './types.ts';

/** What this release can do. A new capability is one folder and one line here. */
export const capabilities: readonly Capability[] = [secure, show, help];
