import { textOrEmpty } from '../params.ts';
import { die } from '../refuse.ts';
import type { DemoContext, DemoEndpoint } from '../endpoint.ts';
import type { VolumeState } from '../state.ts';
import { backupVolumes } from '../cluster/backup-coverage.ts';
import { checkVolumeAccess, enabledStorage, volumesOn } from './access.ts';

interface Entry {
  readonly name: string;
  readonly type: 'f' | 'd' | 'v';
  readonly leaf: boolean;
  readonly size?: number;
}

const ctEntries = (volume: VolumeState): Entry[] => [
  { name: 'root.pxar.didx', type: 'd', leaf: false },
  { name: 'pct.conf.blob', type: 'f', leaf: true, size: volume.guestConfig?.length ?? 512 },
];

/** What lies at the top of a PBS snapshot: one archive a disk, or the container's file tree. */
const topLevel = (context: DemoContext, volume: VolumeState): Entry[] => {
  if (volume.format === 'pbs-ct') return ctEntries(volume);
  const guest = volume.vmid === undefined ? undefined : context.state.guests[volume.vmid];
  if (!guest) return [];
  return backupVolumes(guest)
    .filter((disk) => disk.included)
    .map((disk) => ({ name: `drive-${disk.key}.img.fidx`, type: 'v', leaf: false }));
};

/** Folders of an installed Linux: enough to walk; the demo keeps no files of guests. */
const folders = ['bin', 'boot', 'etc', 'home', 'opt', 'root', 'srv', 'usr', 'var'];

const decoded = (path: string): string =>
  path === '' || path === '/' ? '/' : Buffer.from(path, 'base64').toString('utf8');

const list = (context: DemoContext): unknown => {
  const { state, caller, params, now } = context;
  const { id, section, node } = enabledStorage(context);
  const asked = textOrEmpty(params, 'volume');
  const volid = asked.includes(':') ? asked : `${id}:${asked}`;
  const volume =
    volumesOn(state, id, node.name).find((entry) => entry.volid === volid) ??
    die(`unable to find backup volume '${volid}'`);
  checkVolumeAccess(caller, volume);
  if (section.type !== 'pbs') {
    die('Backups from non-PBS storages can not be used for file restore');
  }
  const path = decoded(textOrEmpty(params, 'filepath'));
  const depth = path.split('/').filter((part) => part !== '').length;
  const entries: Entry[] =
    depth === 0
      ? topLevel(context, volume)
      : depth === 1
        ? folders.map((name) => ({ name, type: 'd', leaf: false }))
        : [];
  return entries.map(({ name, type, leaf, size }) => ({
    filepath: Buffer.from(`${path === '/' ? '' : path}/${name}`).toString('base64'),
    text: name,
    type,
    leaf: leaf ? 1 : 0,
    mtime: Math.min(volume.ctime, now),
    ...(size === undefined ? {} : { size }),
  }));
};

export const fileRestoreEndpoints: readonly DemoEndpoint[] = [
  { method: 'GET', path: '/nodes/{node}/storage/{storage}/file-restore/list', handle: list },
];
