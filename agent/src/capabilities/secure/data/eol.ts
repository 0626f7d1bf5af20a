/** The day on which the table was last compared with its source, as `YYYY-MM-DD`. */
export const eolTableDate = '2026-08-22';

/**
 * Last day of free security support by `ID` and `VERSION_ID` of os-release, as the guest agent reports them. Every date
 * is that of endoflife.date as it stood on `eolTableDate`, which collects the vendors' pages; days that lay ahead then
 * are announced, not certain. Debian counts with its LTS team, Ubuntu without its subscription, Windows with extended
 * support but without paid updates. CentOS 8 is the later of CentOS Linux and CentOS Stream, as os-release tells them
 * apart only by name.
 */
export const endOfLife: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  debian: {
    '7': '2018-05-31',
    '8': '2020-06-30',
    '9': '2022-07-01',
    '10': '2024-06-30',
    '11': '2026-08-31',
    '12': '2028-06-30',
    '13': '2030-06-30',
  },
  ubuntu: {
    '14.04': '2019-04-02',
    '16.04': '2021-04-02',
    '18.04': '2023-05-31',
    '20.04': '2025-05-31',
    '20.10': '2021-07-22',
    '21.04': '2022-01-20',
    '21.10': '2022-07-14',
    '22.04': '2027-04-01',
    '22.10': '2023-07-20',
    '23.04': '2024-01-20',
    '23.10': '2024-07-12',
    '24.04': '2029-05-31',
    '24.10': '2025-07-10',
    '25.04': '2026-01-17',
    '25.10': '2026-07-01',
    '26.04': '2031-04-30',
  },
  centos: { '6': '2020-11-30', '7': '2024-06-30', '8': '2024-05-31', '9': '2027-05-31', '10': '2030-05-31' },
  rhel: { '6': '2020-11-30', '7': '2024-06-30', '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  rocky: { '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  almalinux: { '8': '2029-05-31', '9': '2032-05-31', '10': '2035-05-31' },
  ol: { '6': '2021-03-31', '7': '2024-12-31', '8': '2029-07-31', '9': '2032-06-30' },
  amzn: { '2': '2026-06-30', '2023': '2029-06-30' },
  fedora: {
    '36': '2023-05-16',
    '37': '2023-12-05',
    '38': '2024-05-21',
    '39': '2024-11-26',
    '40': '2025-05-13',
    '41': '2025-12-15',
    '42': '2026-05-27',
    '43': '2026-12-09',
    '44': '2027-06-02',
  },
  alpine: {
    '3.15': '2023-11-01',
    '3.16': '2024-05-23',
    '3.17': '2024-11-22',
    '3.18': '2025-05-09',
    '3.19': '2025-11-01',
    '3.20': '2026-04-01',
    '3.21': '2026-11-01',
    '3.22': '2027-05-01',
    '3.23': '2027-11-01',
    '3.24': '2028-06-01',
  },
  'opensuse-leap': {
    '15.3': '2022-12-31',
    '15.4': '2023-12-07',
    '15.5': '2024-12-31',
    '15.6': '2026-04-30',
    '16.0': '2027-10-31',
  },
  mswindows: {
    xp: '2014-04-08',
    vista: '2017-04-11',
    '7': '2020-01-14',
    '8': '2016-01-12',
    '8.1': '2023-01-10',
    '10': '2025-10-14',
    '2003': '2015-07-14',
    '2008': '2020-01-14',
    '2008r2': '2020-01-14',
    '2012': '2023-10-10',
    '2012r2': '2023-10-10',
    '2016': '2027-01-12',
    '2019': '2029-01-09',
    '2022': '2031-10-14',
    '2025': '2034-11-14',
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
