import type { Effect, Risk } from '../../plans/types.ts';
import type { GuestConfig } from '../../pve/config/types.ts';
import { parseProperty, printProperty, withSubkey } from '../../pve/config/property.ts';
import type { GuestFirewall } from '../../pve/inventory/types.ts';
import type { Edit, Target } from './action.ts';
import type { Facts } from './facts.ts';
import { guestLabel } from './label.ts';
import { configEffect } from './effects.ts';

export const configTarget = (facts: Facts): Target => {
  const config = facts.detail.config.known ? facts.detail.config.value : facts.config;
  return {
    object: facts.object,
    path: `${facts.path}/config`,
    values: config.values,
    digest: config.digest ?? null,
    label: guestLabel(facts.guest),
  };
};

export const firewallTarget = (facts: Facts, firewall: GuestFirewall): Target => ({
  object: facts.object,
  path: `${facts.path}/firewall/options`,
  values: firewall.options,
  digest: firewall.optionsDigest ?? null,
  label: guestLabel(facts.guest),
});

interface EditOptions {
  readonly label: string;
  readonly effect?: Effect;
  readonly risk?: Risk;
  readonly caution?: string;
  readonly irreversible?: string;
  /** Where it is root's on the version of PVE that the node runs. */
  readonly rootOnly?: boolean;
}

/** An edit of one key by a function of its text; `null` stands for a key that is not set. */
export function editKey(
  facts: Facts,
  key: string,
  apply: (before: string | null) => string | null,
  { label, effect, risk = 'safe', caution, irreversible, rootOnly = false }: EditOptions,
): Edit {
  return {
    kind: 'edit',
    target: configTarget(facts),
    key,
    apply,
    label,
    effect: effect ?? configEffect(facts, key),
    risk,
    caution: caution ?? null,
    rootOnly,
    irreversible: irreversible ?? null,
  };
}

/** Sets a whole key of the guest's configuration. */
export const setKey = (facts: Facts, key: string, value: string, options: EditOptions): Edit =>
  editKey(facts, key, () => value, options);

/** Removes a key, so that PVE's default holds. */
export const deleteKey = (facts: Facts, key: string, options: EditOptions): Edit =>
  editKey(facts, key, () => null, options);

/**
 * Changes sub-keys of one property string and prints the rest back as it was: MAC, volume and size stay.
 * A `null` value removes the sub-key.
 */
export function setSubkeys(
  facts: Facts,
  key: string,
  subkeys: Readonly<Record<string, string | null>>,
  options: EditOptions,
): Edit {
  const { type } = facts.config satisfies GuestConfig;
  return editKey(
    facts,
    key,
    (before) => {
      let value = parseProperty(type, key, before ?? '');
      for (const [name, text] of Object.entries(subkeys)) value = withSubkey(value, name, text);
      const printed = printProperty(type, key, value);
      return printed === '' ? null : printed;
    },
    options,
  );
}

/** Sets (or with `null` removes) one firewall option of the guest. */
export const setFirewallOption = (
  facts: Facts,
  firewall: GuestFirewall,
  key: string,
  value: string | null,
  { label, risk = 'safe', caution }: { label: string; risk?: Risk; caution?: string },
): Edit => ({
  kind: 'edit',
  target: firewallTarget(facts, firewall),
  key,
  apply: () => value,
  label,
  effect: 'live',
  risk,
  caution: caution ?? null,
  rootOnly: false,
  irreversible: null,
});
