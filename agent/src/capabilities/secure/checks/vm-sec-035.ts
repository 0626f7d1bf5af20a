import { controlsGuest, guestPath, holders } from '../access.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { fail, pass } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const enough = 5;

const rule = defineRule({
  severity: always('medium'),
  needs: ['acl', 'roles', 'users'],
  evaluate: ({ guest }, data) => {
    const found = holders(data, guestPath(guest), guest.pool, controlsGuest);
    if (found.length <= enough) return pass;
    return fail([
      {
        path: '/access/acl',
        key: 'principals with control',
        value: `${found.length}: ${found.map(({ id }) => id).join(', ')}`,
        expected: `at most ${enough} users and tokens beside root@pam`,
      },
    ]);
  },
});

export const vmSec035 = defineCheck({
  id: 'VM-SEC-035',
  title: 'Too many principals can change or open the console',
  scope: 'qemu',
  rule,
  why: 'Each account that may change the VM or open its console is a way in; the more there are, the sooner one is lost.',
  advice: 'Grant rights by pool and group, to those who need them.',
  effect: 'Live.',
  references: ['pveum.adoc "Permission Management"', 'HSE9 2.1.2'],
});
