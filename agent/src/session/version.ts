/** Version of the package, set when it is built; a run from source has none. */
export const version = process.env.PROXMOX_AI_VERSION ?? '0.0.0-source';
