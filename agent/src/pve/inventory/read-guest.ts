import { z } from 'zod';
import { maybe, pveFlag, pveNumber } from '../client/pve-values.ts';
import { parseConfig } from '../config/guest-config.ts';
import { flag, property } from '../config/property.ts';
import type { GuestConfig } from '../config/types.ts';
import { pvePath } from '../path.ts';
import type { CallOptions, Known, PveClient, PveParams } from '../types.ts';
import { firewallRulesSchema, optionsOf, optionsSchema } from './firewall.ts';
import {
  agentInterfacesSchema,
  addressesByMac,
  lxcInterfacesSchema,
  osinfoOf,
  osinfoSchema,
} from './in-guest.ts';
import { known, notRead } from './known.ts';
import { mapLimit } from './map-limit.ts';
import type { ReadProgress } from './progress.ts';
import { given } from './resources.ts';
import type { GuestDetail, GuestFirewall, InventoryGuest, Snapshot } from './types.ts';

export interface ReadGuestOptions {
  readonly signal?: AbortSignal;
}

const configSchema = z.record(z.string(), z.unknown());
const statusSchema = z.record(z.string(), z.unknown());
const ipsetsSchema = z.array(z.looseObject({ name: z.string() }));
const snapshotsSchema = z.array(
  z.looseObject({ name: z.string(), vmstate: maybe(pveFlag), snaptime: maybe(pveNumber) }),
);

/** PVE gives the guest agent three seconds of its own; more than this means that the call hangs. Milliseconds. */
const agentTimeoutMs = 10_000;

/** PVE 9 split VM.Monitor; a refusal of PVE names the one it wants, this stands where it does not. */
const agentPrivilege = 'VM.GuestAgent.Audit (VM.Monitor on PVE 8)';

/**
 * Everything about one guest that a check may need, in six to nine calls. Parts that cannot be read say why.
 * The guest agent is asked only when the guest runs and its configuration has the agent enabled.
 * Throws what ends a run: a lost connection or login, an abort.
 */
export async function readGuestDetail(
  client: PveClient,
  guest: InventoryGuest,
  { signal }: ReadGuestOptions = {},
): Promise<GuestDetail> {
  const base = pvePath`/nodes/${guest.node}/${guest.type}/${guest.vmid}`;
  const options: CallOptions = signal === undefined ? {} : { signal };
  const get = <S extends z.ZodType>(path: string, schema: S, params?: PveParams): Promise<z.infer<S>> =>
    client.get(`${base}${path}`, schema, params, options);
  const agent = <S extends z.ZodType>(command: string, schema: S): Promise<z.infer<S>> =>
    client.get(`${base}/agent/${command}`, schema, undefined, { ...options, timeoutMs: agentTimeoutMs });
  const audit = <T>(read: () => Promise<T>): Promise<Known<T>> => known(read, 'VM.Audit');
  const config = async (params?: PveParams): Promise<GuestConfig> =>
    parseConfig(guest.type, await get('/config', configSchema, params));
  const runs = guest.status !== 'stopped';

  const [pending, currentConfig, firewall, snapshots, status] = await Promise.all([
    audit(() => config()),
    audit(() => config({ current: true })),
    audit(() => readFirewall(get)),
    audit(async () => snapshotsOf(await get('/snapshot', snapshotsSchema))),
    runs ? audit(() => get('/status/current', statusSchema)) : notRead('The guest is not running.'),
  ]);

  const silent = whyAgentSilent(guest, currentConfig);
  const [osinfo, addresses] = await Promise.all([
    silent === undefined
      ? known(async () => osinfoOf(await agent('get-osinfo', osinfoSchema)), agentPrivilege)
      : notRead(silent),
    readAddresses(),
  ]);

  async function readAddresses(): Promise<GuestDetail['addresses']> {
    if (guest.type === 'lxc') {
      return runs
        ? audit(async () => addressesByMac(await get('/interfaces', lxcInterfacesSchema)))
        : notRead('The container is not running.');
    }
    if (silent !== undefined) return notRead(silent);
    return known(
      async () => addressesByMac((await agent('network-get-interfaces', agentInterfacesSchema)).result),
      agentPrivilege,
    );
  }
  return { guest, config: pending, currentConfig, firewall, snapshots, status, osinfo, addresses };
}

/**
 * Details of many guests, in their order, `concurrency` guests at a time (default 4, as the client has sockets).
 * Throws as {@link readGuestDetail}.
 */
export function readGuestDetails(
  client: PveClient,
  guests: readonly InventoryGuest[],
  {
    signal,
    onProgress,
    concurrency = 4,
  }: ReadGuestOptions & {
    readonly onProgress?: (progress: ReadProgress) => void;
    readonly concurrency?: number;
  } = {},
): Promise<GuestDetail[]> {
  return mapLimit(guests, concurrency, (guest, own) => readGuestDetail(client, guest, { signal: own }), {
    ...(signal === undefined ? {} : { signal }),
    onDone: (done, total) => onProgress?.({ stage: 'guests', done, total }),
  });
}

async function readFirewall(
  get: <S extends z.ZodType>(path: string, schema: S) => Promise<z.infer<S>>,
): Promise<GuestFirewall> {
  const { options, digest } = optionsOf(await get('/firewall/options', optionsSchema));
  const rules = await get('/firewall/rules', firewallRulesSchema);
  const ipsets = await get('/firewall/ipset', ipsetsSchema);
  return {
    options,
    rules,
    ipsets: ipsets.map((ipset) => ipset.name),
    ...(digest === undefined ? {} : { optionsDigest: digest }),
  };
}

function snapshotsOf(rows: z.infer<typeof snapshotsSchema>): Snapshot[] {
  return rows
    .filter((row) => row.name !== 'current')
    .map((row) => ({ name: row.name, vmstate: row.vmstate ?? false, ...given({ snaptime: row.snaptime }) }));
}

/** Why the guest agent is not asked; undefined when it is. */
function whyAgentSilent(guest: InventoryGuest, config: Known<GuestConfig>): string | undefined {
  if (guest.type === 'lxc') return 'Containers have no guest agent.';
  if (guest.status !== 'running') return 'The guest is not running.';
  if (!config.known) return `Whether the guest agent is enabled is not known: ${config.reason}`;
  return flag(property(config.value, 'agent'), 'enabled') ? undefined : 'The guest agent is not enabled.';
}
