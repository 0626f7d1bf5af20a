// Walks through the demo cluster with the npm client `proxmox-api`, unmodified; prints what it saw as JSON.
// The demo's CA comes in NODE_EXTRA_CA_CERTS, which Node reads only at start: hence a process of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { proxmoxApi } from 'proxmox-api';

const [host = '', port = '', username = '', password = '', tokenID = '', tokenSecret = ''] =
  process.argv.slice(2);

const pve = proxmoxApi({ host, port: Number(port), username, password });
const version = await pve.version.$get();
const nodes = (await pve.nodes.$get()).map(({ node }) => node).sort();

const vm = pve.nodes.$('pve1').qemu.$(105);
const { digest } = await vm.config.$get();
await vm.config.$put({ description: 'changed by proxmox-api', digest });
const { description } = await vm.config.$get();

const upid = await vm.snapshot.$post({ snapname: 'proxmoxapi' });
const task = pve.nodes.$('pve1').tasks.$(upid);
const statusOf = async (): Promise<{ status: string; type: string; exitstatus?: string }> =>
  task.status.$get();
let status = await statusOf();
for (let i = 0; i < 200 && status.status !== 'stopped'; i++) {
  await sleep(20);
  status = await statusOf();
}
const log = (await task.log.$get()).map(({ t }) => t);

const scan = proxmoxApi({ host, port: Number(port), tokenID, tokenSecret });
const guests = await scan.cluster.resources.$get({ type: 'vm' });
const denied = await scan.nodes
  .$('pve1')
  .qemu.$(105)
  .config.$put({ description: 'not allowed' })
  .then(
    () => 'allowed',
    (error: unknown) => String(error),
  );

process.stdout.write(
  JSON.stringify({
    version: version.version,
    nodes,
    description,
    task: { type: status.type, exitstatus: status.exitstatus },
    log,
    token: guests.length,
    denied,
  }),
);
