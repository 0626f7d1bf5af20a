import { ProxmoxAiError } from '../../errors.ts';
import type { InventoryGuest } from '../../pve/inventory/types.ts';
import { markdownText } from '../markdown.ts';
import { selectGuests } from '../select-guests.ts';
import type { Capability } from '../types.ts';

const gib = (bytes: number | undefined): string =>
  bytes === undefined ? '' : `${(bytes / 1024 ** 3).toFixed(bytes < 10 * 1024 ** 3 ? 1 : 0)} GiB`;

function upFor(seconds: number | undefined): string {
  if (seconds === undefined || seconds <= 0) return '';
  const days = Math.floor(seconds / 86_400);
  return days > 0 ? `${days} d` : `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

const row = (guest: InventoryGuest): string =>
  [
    guest.vmid,
    markdownText(guest.name),
    guest.type === 'qemu' ? 'VM' : 'CT',
    guest.template ? 'template' : guest.status,
    guest.node,
    guest.cpus ?? '',
    gib(guest.memory),
    gib(guest.disk),
    upFor(guest.uptime),
    markdownText(guest.tags.join(', ')),
  ].join(' | ');

/** Answers `guest.show`: the guests asked for, as a table, from the inventory. */
export const show: Capability = {
  name: 'show',
  specialist: 'documentation',
  intents: ['guest.show'],
  run: (request, { inventory }) => {
    const guests = selectGuests(request, inventory);
    if (guests.length === 0) {
      throw new ProxmoxAiError('guest-unknown', 'There is no such guest, or your user may not see it.', {
        hint: 'A guest is visible with VM.Audit on /vms/VMID.',
      });
    }
    const running = guests.filter(({ status }) => status === 'running').length;
    const markdown = [
      `${guests.length} guest${guests.length === 1 ? '' : 's'}, ${running} running${inventory.demo ? ' (demo cluster)' : ''}.`,
      '',
      'VMID | name | type | state | node | cores | memory | disk | up | tags',
      '---: | --- | --- | --- | --- | ---: | ---: | ---: | ---: | ---',
      ...guests.map(row),
      ...inventory.gaps.map(
        ({ what, reason }) => `\nNot read: ${markdownText(what)} (${markdownText(reason)}).`,
      ),
    ].join('\n');
    return Promise.resolve({ markdown, findings: [], plan: null, artefacts: [], choices: [] });
  },
};
