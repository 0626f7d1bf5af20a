import { flag, property } from '../../../pve/config/property.ts';
import type { Edit } from '../action.ts';
import { setSubkeys } from '../edits.ts';
import type { Facts } from '../facts.ts';

export const nesting = ({ config }: Facts): boolean => flag(property(config, 'features'), 'nesting');

/** Takes `nesting` out of the features and keeps the rest. */
export const withoutNesting = (facts: Facts, caution: string): Edit =>
  setSubkeys(
    facts,
    'features',
    { nesting: null },
    { label: 'turn nesting off', risk: 'disruptive', caution },
  );
