import { ProxmoxAiError } from '../../errors.ts';
import type { DemoState, GuestState } from '../state.ts';
import { generateAccess } from './access.ts';
import { generateBackupJobs } from './backup-jobs.ts';
import { clusterFirewall } from './cluster-firewall.ts';
import {
  datacenterSettings,
  generateHa,
  generateMappings,
  generateNotifications,
  generateReplication,
} from './cluster-settings.ts';
import { generateGuests } from './generate-guests.ts';
import { generateNodes } from './nodes.ts';
import { createRandom, hashSeed } from './random.ts';
import { generateStorages } from './storages.ts';
import { generateTasks } from './tasks.ts';
import { generateVolumes } from './volumes.ts';

export interface WorldOptions {
  readonly seed: number;
  /** 3 to 64; 3 when absent. */
  readonly nodes?: number;
  /** Number of guests; absent: the hand-written ones. More are sampled from those as archetypes. */
  readonly guests?: number;
  /** Unix seconds, of which only whole ones count; the present when absent. Ages of snapshots, backups and tasks count from it. */
  readonly now?: number;
}

const pools: DemoState['pools'] = {
  production: { comment: 'customer facing', vmids: [], storages: [] },
  lab: { comment: 'experiments, no promises', vmids: [], storages: ['nas'] },
  infra: { comment: 'what everything else needs', vmids: [], storages: [] },
};

/**
 * The demo cluster: the same options give the same state. Throws `usage` for a number of nodes or guests that no cluster
 * can have.
 */
export const generateWorld = ({
  seed,
  nodes: nodeCount = 3,
  guests: guestCount,
  now,
}: WorldOptions): DemoState => {
  if (!Number.isInteger(nodeCount) || nodeCount < 3 || nodeCount > 64) {
    throw new ProxmoxAiError('usage', `A demo cluster has 3 to 64 nodes, not ${nodeCount}.`, {
      hint: 'Give a whole number from 3 to 64.',
    });
  }
  const at = Math.floor(now ?? Date.now() / 1000);
  const randomOf = (name: string): ReturnType<typeof createRandom> => createRandom(hashSeed(seed, name));
  const { guests, poolOf } = generateGuests({
    seed,
    nodeCount,
    now: at,
    ...(guestCount === undefined ? {} : { count: guestCount }),
  });
  const nodes = generateNodes(nodeCount, guests.length / nodeCount, at, randomOf('nodes'));
  const storages = generateStorages(nodeCount);
  const backupJobs = generateBackupJobs(guests, poolOf);
  const filledPools = structuredClone(pools);
  for (const [vmid, pool] of poolOf) filledPools[pool]?.vmids.push(vmid);
  const byId: Record<string, GuestState> = {};
  for (const guest of guests) byId[String(guest.vmid)] = guest;
  const cluster = { guests: byId, pools: filledPools, backupJobs, storages };
  return {
    version: 1,
    seed,
    clusterName: 'demo',
    nodes,
    ...cluster,
    volumes: generateVolumes({ cluster, guests, now: at, random: randomOf('volumes') }),
    datacenter: datacenterSettings(),
    firewall: clusterFirewall(),
    ...generateHa(),
    ...generateReplication(at),
    mappings: generateMappings(),
    notifications: generateNotifications(),
    metricServers: {
      'influx-main': { type: 'influxdb', server: '10.20.110.205', port: '8089', disable: '0' },
    },
    ...generateAccess(at),
    tasks: generateTasks({ cluster, guests, now: at, random: randomOf('tasks') }),
    authKey: randomOf('auth-key').hex(32),
  };
};
