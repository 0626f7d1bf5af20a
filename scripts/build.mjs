// Bundles the agent and the command into dist/, one file each, so that a cold start reads two files and not two thousand.
import { build } from 'esbuild';
import { readFileSync } from 'node:fs';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const result = await build({
  entryPoints: {
    'proxmox-ai': 'agent/src/cli/main.ts',
    'proxmox-ai-agent': 'agent/src/api/main.ts',
    'demo-host': 'agent/src/session/demo-host.ts',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minifySyntax: true,
  sourcemap: 'linked',
  legalComments: 'linked',
  define: { 'process.env.PROXMOX_AI_VERSION': JSON.stringify(version) },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
  metafile: true,
});
const bytes = Object.values(result.metafile.outputs).reduce((sum, { bytes: size }) => sum + size, 0);
console.error(`Built dist/ (${Math.round(bytes / 1024)} KiB with source maps).`);
