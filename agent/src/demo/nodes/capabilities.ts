import { nodeOf } from '../cluster/node-list.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import { cpuFlags, cpuModels } from './cpu-models.ts';

const flags = (context: DemoContext): unknown => {
  nodeOf(context);
  return cpuFlags.map(({ name, description }) => ({ name, description }));
};

const cpus = (context: DemoContext): unknown => {
  nodeOf(context);
  return cpuModels;
};

/** QEMU versions that a guest may pin, down to the oldest that PVE 9's QEMU still emulates. */
const releases = (qemu: string): string[] => {
  const [major = 10, minor = 1] = qemu.split('.').map(Number);
  const versions: string[] = [];
  for (let release = major; release >= 5; release -= 1) {
    // a major release has three minors, the newest has those out so far
    for (let part = release === major ? minor : 2; part >= 0; part -= 1) {
      versions.push(`${release}.${part}`);
    }
  }
  return versions;
};

const machines = (context: DemoContext): unknown => {
  const qemu = nodeOf(context).packages['pve-qemu-kvm'] ?? '10.1.2-5';
  return releases(qemu).flatMap((version) => {
    const revisions = version === '9.2' ? ['', '+pve1'] : [''];
    return (['q35', 'i440fx'] as const).flatMap((type) =>
      revisions.map((revision) => ({
        id: `pc-${type}-${version}${revision}`,
        type,
        version: `${version}${revision}`,
        ...(revision === '' ? {} : { changes: 'Disable S3/S4 power states by default.' }),
      })),
    );
  });
};

const migration = (context: DemoContext): unknown => {
  nodeOf(context);
  return { 'has-dbus-vmstate': 1 };
};

const base = '/nodes/{node}/capabilities/qemu';

export const capabilityEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: `${base}/cpu`, handle: cpus },
  { method: 'GET', path: `${base}/cpu-flags`, handle: flags },
  { method: 'GET', path: `${base}/machines`, handle: machines },
  { method: 'GET', path: `${base}/migration`, handle: migration },
];
