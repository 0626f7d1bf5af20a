import type { InventoryGuest } from '../../pve/inventory/types.ts';
import type { Action } from './action.ts';
import type { Assessment } from './assess.ts';
import { callOf, isRootOnly } from './authority.ts';

const root = 'root@pam';

/**
 * The assessment as far as this person can act on it: PVE lets nobody but root@pam itself change certain keys, not even
 * root's tokens, so for anyone else those actions become advice with the command that root runs on the node.
 */
export function forPerson(assessment: Assessment, guest: InventoryGuest, userid: string): Assessment {
  const { remedy } = assessment;
  if (userid === root || remedy === null) return assessment;
  const forRoot = remedy.actions.filter(isRootOnly);
  if (forRoot.length === 0) return assessment;
  const others = remedy.actions.filter((action) => !forRoot.includes(action));
  const what = others.length > 0 ? 'the rest of it' : 'this';
  const commands = forRoot.map((action) => command(action, guest)).join(' && ');
  return {
    ...assessment,
    remedy: {
      text: `${remedy.text} Only root@pam may do ${what}, not ${userid}: on node ${guest.node}, ${commands}`,
      actions: others,
    },
    needsRoot: true,
  };
}

/** The command that does the same on the node, its values quoted for a shell. */
function command(action: Action, { type, vmid }: InventoryGuest): string {
  const { method, path, params } = action.kind === 'edit' ? callOf(action) : action.call;
  const options = Object.entries(params)
    .filter(([name]) => name !== 'digest')
    .map(([name, value]) => ` --${name} ${quoted(String(value))}`)
    .join('');
  if (action.kind === 'edit' && path.endsWith('/config')) {
    return `${type === 'qemu' ? 'qm' : 'pct'} set ${vmid}${options}`;
  }
  const verb = { GET: 'get', POST: 'create', PUT: 'set', DELETE: 'delete' }[method];
  return `pvesh ${verb} ${quoted(path)}${options}`;
}

const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
