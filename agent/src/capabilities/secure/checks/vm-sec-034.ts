import { flag, property } from '../../../pve/config/property.ts';
import { administrators, guestPath, holders } from '../access.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

/** PVE 9 split `VM.Monitor` into finer privileges. */
const commands = (release: string): readonly string[] =>
  Number.parseInt(release, 10) < 9
    ? ['VM.Monitor']
    : ['VM.GuestAgent.Unrestricted', 'VM.GuestAgent.FileRead', 'VM.GuestAgent.FileWrite'];

const rule = defineRule({
  severity: always('medium'),
  needs: ['acl', 'roles', 'users'],
  applies: ({ config }) => (flag(property(config, 'agent'), 'enabled') ? null : 'The guest agent is off.'),
  evaluate: (facts, data) => {
    const wanted = commands(facts.inventory.version.version);
    const admins = administrators(data);
    return failIfAny(
      holders(data, guestPath(facts.guest), facts.guest.pool, (privilege) => wanted.includes(privilege))
        .filter(({ id }) => !admins.has(id))
        .map(({ id, privileges }) => ({
          path: '/access/acl',
          key: id,
          value: privileges.join(', '),
          expected: 'administrators only',
        })),
    );
  },
});

export const vmSec034 = defineCheck({
  id: 'VM-SEC-034',
  title: 'Guest agent command rights are broad',
  scope: 'qemu',
  rule,
  why: 'Whoever may run commands or write files through the guest agent is root in the VM.',
  advice:
    'Use a role without VM.GuestAgent.Unrestricted, FileRead and FileWrite; PVEVMUser and PVEVMAdmin contain some of them.',
  effect: 'Live.',
  references: ['pve-access-control privgroups', 'pveum.adoc'],
});
