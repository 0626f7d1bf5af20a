import { ProxmoxAiError } from '../../errors.ts';
import type { Inventory, InventoryGuest } from '../../pve/inventory/types.ts';
import type { Request } from '../../requests/request.ts';
import { slotSchemas } from '../../requests/slots.ts';
import { selectGuests } from '../select-guests.ts';

/**
 * The guests that a request means: those of `guests`, of `node`, or with `scope: cluster` (or nothing) all.
 * Errors: `guest-unknown` (with near names), `guest-ambiguous`, `usage` for an unknown node or a scope without object.
 */
export function targetsOf(request: Request, inventory: Inventory): readonly InventoryGuest[] {
  const scope = slotSchemas.scope.optional().parse(request.slots.scope);
  const node = slotSchemas.node.optional().parse(request.slots.node);
  if (node !== undefined && !inventory.nodes.some(({ name }) => name.toLowerCase() === node.toLowerCase())) {
    throw new ProxmoxAiError('usage', `There is no node "${node}".`, {
      hint: `Nodes: ${inventory.nodes.map(({ name }) => name).join(', ')}.`,
      fields: { node },
    });
  }
  const missing =
    (scope === 'guest' && request.slots.guests === undefined && 'Which guest?') ||
    (scope === 'node' && node === undefined && request.slots.guests === undefined && 'Which node?');
  if (missing) throw new ProxmoxAiError('usage', missing, { hint: 'Name it in the request.' });
  const guests = selectGuests(request, inventory);
  if (guests.length > 0) return guests;
  throw new ProxmoxAiError(
    'guest-unknown',
    `There is no guest${node === undefined ? '' : ` on node ${node}`} that you may see.`,
    {
      hint: 'A guest is visible with VM.Audit on /vms/VMID.',
    },
  );
}
