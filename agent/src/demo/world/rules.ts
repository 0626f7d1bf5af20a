import type { Section } from '../state.ts';

type RuleParts = Readonly<
  Partial<
    Record<'macro' | 'proto' | 'source' | 'dest' | 'dport' | 'sport' | 'iface' | 'log' | 'comment', string>
  >
>;

/** An enabled inbound rule that lets matching packets in. */
export const acceptIn = (parts: RuleParts): Section => ({
  type: 'in',
  action: 'ACCEPT',
  enable: '1',
  ...parts,
});

/** An enabled outbound rule that lets matching packets out. */
export const acceptOut = (parts: RuleParts): Section => ({
  type: 'out',
  action: 'ACCEPT',
  enable: '1',
  ...parts,
});

/** The rules of a security group of the cluster, used in a guest. */
export const useGroup = (name: string, parts: RuleParts = {}): Section => ({
  type: 'group',
  action: name,
  enable: '1',
  ...parts,
});

/** The same rule, switched off. */
export const disabled = (rule: Section): Section => ({ ...rule, enable: '0' });
