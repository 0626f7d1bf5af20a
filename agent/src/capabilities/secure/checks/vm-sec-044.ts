import { disks } from '../../../pve/config/devices.ts';
import { administrators, holders } from '../access.ts';
import { configEvidence } from '../facts.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const rule = defineRule({
  severity: always('low'),
  needs: ['acl', 'roles', 'users'],
  evaluate: (facts, data) => {
    const volumes = disks(facts.config).filter(({ kind }) => ['disk', 'efidisk', 'tpmstate'].includes(kind));
    const raw = volumes.filter(({ volume }) => volume.startsWith('/'));
    const admins = administrators(data);
    const storages = [...new Set(volumes.flatMap(({ storage }) => storage ?? []))];
    return failIfAny([
      ...raw.map(({ key }) => configEvidence(facts, key, 'a volume on a storage')),
      ...storages.flatMap((storage) =>
        holders(data, `/storage/${storage}`, undefined, (privilege) => privilege === 'Datastore.Allocate')
          .filter(({ id }) => !admins.has(id))
          .map(({ id }) => ({
            path: '/access/acl',
            key: `${id} on /storage/${storage}`,
            value: 'Datastore.Allocate',
            expected: 'Datastore.AllocateSpace at most',
          })),
      ),
    ]);
  },
});

export const vmSec044 = defineCheck({
  id: 'VM-SEC-044',
  title: 'Guest has root-equivalent neighbours through its disk storage',
  scope: 'qemu',
  rule,
  why: 'Others may replace or read the disks of this VM through the storage that they lie on.',
  advice:
    'Grant Datastore.AllocateSpace and Datastore.Audit instead of Datastore.Allocate; import raw devices into a storage.',
  effect: 'Live.',
  references: ['pve-storage check_volume_access'],
});
