/** A CPU model QEMU offers, as `capabilities/qemu/cpu` lists it. */
export interface CpuModel {
  readonly name: string;
  readonly vendor: 'GenuineIntel' | 'AuthenticAMD' | 'default';
  readonly custom: 0;
}

const intel =
  '486 Broadwell Broadwell-IBRS Broadwell-noTSX Broadwell-noTSX-IBRS Cascadelake-Server Cascadelake-Server-noTSX ' +
  'Cascadelake-Server-v2 Cascadelake-Server-v4 Cascadelake-Server-v5 Conroe Cooperlake Cooperlake-v2 core2duo coreduo ' +
  'GraniteRapids GraniteRapids-v2 Haswell Haswell-IBRS Haswell-noTSX Haswell-noTSX-IBRS Icelake-Client ' +
  'Icelake-Client-noTSX Icelake-Server Icelake-Server-noTSX Icelake-Server-v3 Icelake-Server-v4 Icelake-Server-v5 ' +
  'Icelake-Server-v6 Icelake-Server-v7 IvyBridge IvyBridge-IBRS KnightsMill Nehalem Nehalem-IBRS Penryn pentium ' +
  'pentium2 pentium3 SandyBridge SandyBridge-IBRS SapphireRapids SapphireRapids-v2 SapphireRapids-v3 SierraForest ' +
  'SierraForest-v2 Skylake-Client Skylake-Client-IBRS Skylake-Client-noTSX-IBRS Skylake-Client-v4 Skylake-Server ' +
  'Skylake-Server-IBRS Skylake-Server-noTSX-IBRS Skylake-Server-v4 Skylake-Server-v5 Westmere Westmere-IBRS';

const amd =
  'athlon EPYC EPYC-IBPB EPYC-v3 EPYC-v4 EPYC-Rome EPYC-Rome-v2 EPYC-Rome-v3 EPYC-Rome-v4 EPYC-Milan EPYC-Milan-v2 ' +
  'EPYC-Genoa Opteron_G1 Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5 phenom';

const generic = 'host kvm32 kvm64 max qemu32 qemu64 x86-64-v2 x86-64-v2-AES x86-64-v3 x86-64-v4';

const models = (names: string, vendor: CpuModel['vendor']): CpuModel[] =>
  names.split(' ').map((name) => ({ name, vendor, custom: 0 }));

/** The models of qemu-server's list (PVE::QemuServer::CPUConfig), x86. */
export const cpuModels: readonly CpuModel[] = [
  ...models(intel, 'GenuineIntel'),
  ...models(amd, 'AuthenticAMD'),
  ...models(generic, 'default'),
];

/** A CPU flag that a VM may set, and what it is for. */
export interface CpuFlag {
  readonly name: string;
  readonly description: string;
  /** Flag in the host's `/proc/cpuinfo` that a host must have to offer it; absent: QEMU provides it itself. */
  readonly host?: string;
}

/** Flags that PVE lets a VM set (PVE::QemuServer::CPUFlags). */
export const cpuFlags: readonly CpuFlag[] = [
  {
    name: 'nested-virt',
    description: "Controls nested virtualization: 'svm' on AMD and 'vmx' on Intel CPUs.",
  },
  {
    name: 'md-clear',
    description: 'Required to let the guest OS know if MDS is mitigated correctly.',
    host: 'md_clear',
  },
  {
    name: 'pcid',
    description: 'Meltdown fix cost reduction on Westmere, Sandy-, and IvyBridge Intel CPUs.',
    host: 'pcid',
  },
  {
    name: 'spec-ctrl',
    description: 'Allows improved Spectre mitigation with Intel CPUs.',
    host: 'ibrs',
  },
  {
    name: 'ssbd',
    description: "Protection for 'Speculative Store Bypass' for Intel models.",
    host: 'ssbd',
  },
  { name: 'ibpb', description: 'Allows improved Spectre mitigation with AMD CPUs.', host: 'ibpb' },
  {
    name: 'virt-ssbd',
    description: "Basis for 'Speculative Store Bypass' protection for AMD models.",
    host: 'virt_ssbd',
  },
  {
    name: 'amd-ssbd',
    description: "Improves Spectre mitigation performance with AMD CPUs, best used with 'virt-ssbd'.",
    host: 'amd_ssbd',
  },
  {
    name: 'amd-no-ssb',
    description: 'Notifies guest OS that host is not vulnerable for Spectre on AMD CPUs.',
    host: 'amd_no_ssb',
  },
  {
    name: 'pdpe1gb',
    description: 'Allow guest OS to use 1GB size pages, if host HW supports it.',
    host: 'pdpe1gb',
  },
  {
    name: 'hv-tlbflush',
    description:
      'Improve performance in overcommitted Windows guests. May lead to guest bluescreens on old CPUs.',
  },
  {
    name: 'hv-evmcs',
    description: 'Improve performance for nested virtualization. Only supported on Intel CPUs.',
  },
  { name: 'aes', description: 'Activate AES instruction set for HW acceleration.', host: 'aes' },
];
