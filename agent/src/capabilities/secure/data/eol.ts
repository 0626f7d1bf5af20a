/** When the table was put together; later entries are the dates that the vendors had announced by then. */
export const eolTableDate = '2025-12-01';

/**
 * Last day of free security support by `ID` and `VERSION_ID` of os-release, as the guest agent reports them
 * (vendors' life-cycle pages as collected by endoflife.date; Debian with its LTS team).
 */
export const endOfLife: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: {
    '8': '2020-06-30',
    '9': '2022-06-30',
    '10': '2024-06-30',
    '11': '2026-08-31',
    '12': '2028-06-30',
    '13': '2030-06-30',
  },
  ubuntu: {
    '14.04': '2019-04-25',
    '16.04': '2021-04-30',
    '18.04': '2023-05-31',
    '20.04': '2025-05-31',
    '22.04': '2027-04-01',
    '23.04': '2024-01-25',
    '23.10': '2024-07-11',
    '24.04': '2029-04-25',
    '24.10': '2025-07-10',
    '25.04': '2026-01-15',
  },
  centos: { '6': '2020-11-30', '7': '2024-06-30', '8': '2021-12-31', '9': '2027-05-31', '10': '2030-01-01' },
  rhel: { '6': '2020-11-30', '7': '2024-06-30', '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  rocky: { '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  almalinux: { '8': '2029-03-01', '9': '2032-05-31', '10': '2035-05-31' },
  fedora: {
    '38': '2024-05-21',
    '39': '2024-11-26',
    '40': '2025-05-13',
    '41': '2025-12-15',
    '42': '2026-05-13',
    '43': '2026-12-02',
  },
  alpine: {
    '3.17': '2024-11-22',
    '3.18': '2025-05-09',
    '3.19': '2025-11-01',
    '3.20': '2026-04-01',
    '3.21': '2026-11-01',
    '3.22': '2027-05-01',
  },
  'opensuse-leap': { '15.4': '2023-12-07', '15.5': '2024-12-31', '15.6': '2026-04-30' },
  mswindows: {
    '7': '2020-01-14',
    '8': '2016-01-12',
    '8.1': '2023-01-10',
    '10': '2025-10-14',
    '2008': '2020-01-14',
    '2012': '2023-10-10',
    '2016': '2027-01-12',
    '2019': '2029-01-09',
    '2022': '2031-10-14',
    '2025': '2034-10-10',
  },
};

/** Distributions without releases that could end. */
export const rollingReleases = ['arch', 'opensuse-tumbleweed', 'gentoo', 'void', 'kali'];

/** `ostype` values that name only systems without support, by PVE's own meaning of them. */
export const legacyOsTypes: Readonly<Record<string, string>> = {
  wxp: 'Windows XP or Server 2003',
  w2k: 'Windows 2000',
  w2k3: 'Windows Server 2003',
  w2k8: 'Windows Vista or Server 2008',
  wvista: 'Windows Vista',
  win7: 'Windows 7 or Server 2008 R2',
  win8: 'Windows 8 or Server 2012',
  l24: 'Linux with a 2.4 kernel',
};
