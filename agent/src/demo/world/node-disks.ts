import type { Section } from '../state.ts';
import type { Random } from './random.ts';

const TB = 1000 ** 4;

/** Physical disks of a node as `GET /nodes/{node}/disks/list` names them; sizes in bytes, `wearout` is what remains. */
export const nodeDisks = (index: number, random: Random): Section[] => {
  const ssd = (devpath: string, model: string, bytes: number, used: string, wearout: number): Section => {
    const serial = `S${random.hex(6).toUpperCase()}`;
    return {
      devpath,
      type: devpath.includes('nvme') ? 'nvme' : 'ssd',
      model,
      serial,
      vendor: 'unknown',
      size: String(bytes),
      wwn: `eui.00${random.hex(7)}`,
      health: 'PASSED',
      wearout: String(wearout),
      rpm: '0',
      gpt: '1',
      used,
      by_id_link: `/dev/disk/by-id/${devpath.includes('nvme') ? 'nvme' : 'ata'}-${model.replaceAll(' ', '_')}_${serial}`,
    };
  };
  const spinning = (devpath: string, serial: string): Section => ({
    devpath,
    type: 'hdd',
    model: 'ST8000VN004-3CP101',
    serial,
    vendor: 'ATA     ',
    size: '8001563222016',
    wwn: `0x5000c5${random.hex(5)}`,
    health: 'PASSED',
    wearout: 'N/A',
    rpm: '7200',
    gpt: '0',
    by_id_link: `/dev/disk/by-id/ata-ST8000VN004-3CP101_${serial}`,
  });
  const system = ssd('/dev/nvme0n1', 'Micron_7450_MTFDKBA960TFR', 0.96 * TB, 'BIOS boot', 96 - index);
  const fast = [1, 2].map((n) =>
    ssd(
      `/dev/nvme${n}n1`,
      'SAMSUNG MZQL23T8HCLS-00A07',
      3.84 * TB,
      index % 3 === 2 ? 'ceph osd' : 'ZFS',
      91 - n - index,
    ),
  );
  const bulk = index === 2 ? [spinning('/dev/sda', 'WRQ0AB12'), spinning('/dev/sdb', 'WRQ0AB77')] : [];
  // One tired SATA disk, so that a wear check has something to find.
  const tired = index === 0 ? [ssd('/dev/sda', 'Samsung SSD 870 EVO 1TB', TB, 'LVM', 11)] : [];
  return [system, ...fast, ...tired, ...bulk];
};
