import { printConfFile } from '../../pve/config/conf-file.ts';
import type { GuestConfig, GuestConfFile } from '../../pve/config/types.ts';
import type { GuestState, Section } from '../state.ts';

/** The demo's guest as the codec's configuration file: current section, pending changes, cloud-init, snapshots. */
export const guestConfFile = (guest: GuestState): GuestConfFile => {
  const section = (values: Section, lxcRaw: GuestConfig['lxcRaw'] = []): GuestConfig => ({
    type: guest.type,
    values,
    lxcRaw,
  });
  const { pending, cloudinit } = guest;
  return {
    current: section(guest.config, guest.lxcRaw),
    ...(Object.keys(pending.set).length > 0 || pending.delete.length > 0
      ? { pending: { set: section(pending.set), delete: pending.delete } }
      : {}),
    ...(cloudinit !== undefined && Object.keys(cloudinit).length > 0
      ? { special: [{ name: 'cloudinit', config: section(cloudinit) }] }
      : {}),
    snapshots: Object.entries(guest.snapshots).map(([name, snapshot]) => ({
      name,
      config: section(
        {
          ...snapshot.config,
          ...(snapshot.description === undefined ? {} : { description: snapshot.description }),
          ...(snapshot.parent === undefined ? {} : { parent: snapshot.parent }),
          snaptime: String(snapshot.snaptime),
        },
        guest.lxcRaw,
      ),
    })),
  };
};

/** A guest's `.conf` file; `usage` for a value that the format cannot hold. */
export const printGuest = (guest: GuestState): string => printConfFile(guestConfFile(guest));
