/** PVE's normal form of an ACL path (`//vms/100/` → `/vms/100`); undefined when it holds other characters. */
export const normalizePath = (path: string): string | undefined => {
  if (!path) return undefined;
  const squeezed = path.replaceAll(/\/+/g, '/').replace(/\/$/, '') || '/';
  const normal = squeezed.startsWith('/') ? squeezed : `/${squeezed}`;
  return /^[A-Za-z0-9.\-_/]+$/.test(normal) ? normal : undefined;
};

const name = String.raw`[A-Za-z0-9.\-_]+`;
const shape = new RegExp(
  `^(?:/|/access(?:/(?:groups|realm)(?:/${name})?)?|/nodes(?:/${name})?|/pool(?:/${name}(?:/${name}){0,2})?` +
    `|/sdn(?:/(?:controllers|dns|fabrics|ipams|prefix-lists|route-maps)(?:/[A-Za-z0-9_-]+)?)?` +
    `|/sdn/zones(?:/${name}(?:/${name}(?:/[1-9][0-9]{0,3})?)?)?|/storage(?:/${name})?|/vms(?:/[1-9][0-9]{2,})?` +
    `|/mapping(?:/${name}(?:/${name})?)?)$`,
);

/** Whether PVE accepts new ACL entries on this (normal) path. */
export const isAclPath = (path: string): boolean => shape.test(path);
