import { containerCases } from './cases-ct-data.ts';
import { containerGuardCases } from './cases-ct-guards.ts';
import type { Case } from './cases.ts';
import { vmNetworkCases } from './cases-vm-bridges.ts';
import { vmDeviceCases } from './cases-vm-devices.ts';
import { vmFirewallCases } from './cases-vm-firewall.ts';
import { vmSystemCases } from './cases-vm-system.ts';

/** Every golden case. */
export const allCases: readonly Case[] = [
  ...vmFirewallCases,
  ...vmNetworkCases,
  ...vmSystemCases,
  ...vmDeviceCases,
  ...containerGuardCases,
  ...containerCases,
];
