import { containerGuests } from './guests-container.ts';
import { databaseGuests } from './guests-database.ts';
import { edgeGuests } from './guests-edge.ts';
import { infraGuests } from './guests-infra.ts';
import { kubernetesGuests } from './guests-kubernetes.ts';
import { labGuests } from './guests-lab.ts';
import { templateGuests } from './guests-template.ts';
import { windowsGuests } from './guests-windows.ts';
import type { GuestRecipe } from './recipe.ts';

/** Every hand-written guest of the demo cluster, by VMID. */
export const guestRecipes: readonly GuestRecipe[] = [
  ...databaseGuests,
  ...edgeGuests,
  ...infraGuests,
  ...windowsGuests,
  ...kubernetesGuests,
  ...labGuests,
  ...containerGuests,
  ...templateGuests,
].sort((a, b) => a.vmid - b.vmid);
