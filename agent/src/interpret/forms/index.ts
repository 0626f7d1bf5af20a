import { configurationForms } from './configuration.ts';
import { developmentForms } from './development.ts';
import { documentationForms } from './documentation.ts';
import { planningForms } from './planning.ts';
import { securityForms } from './security.ts';
import type { SentenceForm } from './types.ts';

/** Every sentence form, in no particular order: the best match wins, not the first. */
export const sentenceForms: readonly SentenceForm[] = [
  ...securityForms,
  ...planningForms,
  ...configurationForms,
  ...developmentForms,
  ...documentationForms,
];
