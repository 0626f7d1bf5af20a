/** The five specialists (design: architecture.md). */
export const specialistNames = [
  'security',
  'planning',
  'configuration',
  'development',
  'documentation',
] as const;
export type SpecialistName = (typeof specialistNames)[number];
