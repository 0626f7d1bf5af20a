// Time of one interpretation by the sentence forms: the first of a process (patterns are compiled) and the rest.
import { interpret } from '../../agent/src/interpret/interpret.ts';

const guests = Array.from({ length: 10_000 }, (_, index) => ({
  vmid: 100 + index,
  name: `guest-${index}`,
  type: 'qemu' as const,
  node: 'pve1',
  status: 'running' as const,
  template: false,
  tags: [],
}));
const inventory = { nodes: [{ name: 'pve1', online: true }], guests, storages: [], pools: [] };
const texts = [
  'secure vm 105',
  'give guest-77 8 GB of ram and 4 cores',
  'create three ubuntu containers with 4 cores, 8GB ram on pve1 called web',
  'what a lovely day it is today',
];
const timed = (text: string): number => {
  const started = performance.now();
  interpret(text, { inventory });
  return performance.now() - started;
};
console.log('interpret, 10,000 guests in the inventory');
const first = timed(texts[0] ?? '');
const all: number[] = [];
for (let round = 0; round < 200; round++) for (const text of texts) all.push(timed(text));
all.sort((a, b) => a - b);
const at = (share: number): string => (all[Math.floor(all.length * share)] ?? Number.NaN).toFixed(2);
console.log(
  `  first ${first.toFixed(1)} ms; then p50 ${at(0.5)} ms, p95 ${at(0.95)} ms; first/p50 ${(first / Number(at(0.5))).toFixed(0)}`,
);
