import { disks } from '../../../pve/config/devices.ts';
import { subkey } from '../../../pve/config/property.ts';
import type { Disk, PropertyValue } from '../../../pve/config/types.ts';
import { setSubkeys } from '../edits.ts';
import { configEvidence, type Facts } from '../facts.ts';
import { isUnder } from '../paths.ts';
import { defineRule } from '../rule.ts';
import { always } from '../severity.ts';
import { failIfAny } from '../verdict.ts';
import { defineCheck } from '../check.ts';

const dataPlaces = ['/data', '/srv', '/home', '/tmp'];
/** Images of containers hold set-uid programs that are meant to work. */
const imageStores = /^\/var\/lib\/(docker|containerd|containers|kubelet|rancher|lxc|lxd)(\/|$)/;
const wanted = ['nodev', 'nosuid'];

const isData = ({ mountPoint }: Disk): boolean =>
  mountPoint !== undefined &&
  (dataPlaces.some((place) => isUnder(mountPoint, place)) || mountPoint.startsWith('/var/lib/'));

const options = (value: PropertyValue): readonly string[] =>
  (subkey(value, 'mountoptions') ?? '').split(';').filter((option) => option !== '');

const loose = ({ config }: Facts): readonly Disk[] =>
  disks(config).filter(
    (disk) =>
      disk.kind === 'mount' &&
      isData(disk) &&
      wanted.some((option) => !options(disk.property).includes(option)),
  );

const rule = defineRule({
  severity: always('low'),
  needs: [],
  evaluate: (facts) =>
    failIfAny(loose(facts).map(({ key }) => configEvidence(facts, key, 'mountoptions=nodev;nosuid'))),
  remedy: (facts) => ({
    text: 'Mount the data volume without device nodes and set-uid programs. A volume with images of containers is left to a person.',
    actions: loose(facts)
      .filter(({ mountPoint = '' }) => !imageStores.test(mountPoint))
      .map(({ key, property }) =>
        setSubkeys(
          facts,
          key,
          { mountoptions: [...new Set([...options(property), ...wanted])].join(';') },
          {
            label: `mount ${key} with nodev and nosuid`,
          },
        ),
      ),
  }),
});

export const ctSec020 = defineCheck({
  id: 'CT-SEC-020',
  title: 'Missing nodev/nosuid/noexec on data mounts',
  scope: 'lxc',
  rule,
  why: 'Device nodes and set-uid programs on a data volume are never needed and help an intruder.',
  advice: 'Set mountoptions=nodev;nosuid on the mount point. noexec breaks directories with programs.',
  effect: 'At the next stop and start.',
  references: ['pct.adoc mount options'],
});
