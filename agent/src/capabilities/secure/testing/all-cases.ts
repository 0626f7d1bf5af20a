import type { Case } from './cases.ts';
import { containerCases } from './cases-ct.ts';
import { vmDeviceCases } from './cases-vm-devices.ts';
import { vmNetworkCases } from './cases-vm-network.ts';
import { vmSystemCases } from './cases-vm-system.ts';

/** Every golden case. */
export const allCases: readonly Case[] = [
  ...vmNetworkCases,
  ...vmSystemCases,
  ...vmDeviceCases,
  ...containerCases,
];
