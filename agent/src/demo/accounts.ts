/** Logins of the demo cluster. It holds no real data and listens on loopback only, so these are no secrets. */
export const demoAccounts = {
  /** Everything. */
  root: { userid: 'root@pam', password: 'proxmox-demo' },
  /** PVEAuditor on `/`. */
  auditor: { userid: 'auditor@pve', password: 'proxmox-demo' },
  /** PVEVMAdmin on `/pool/production`. */
  operator: { userid: 'operator@pve', password: 'proxmox-demo' },
  /** PVEVMUser on `/pool/lab`. */
  developer: { userid: 'developer@pve', password: 'proxmox-demo' },
  /** Administrator with a second factor (TOTP, base32 secret). */
  secured: { userid: 'secured@pve', password: 'proxmox-demo', totp: 'JBSWY3DPEHPK3PXP' },
  /** Privilege-separated token with PVEAuditor on `/`. */
  scanToken: { tokenid: 'proxmox-ai@pve!scan', secret: '7c9d0a86-2f3e-4b51-9c1d-5e0f8a6b4d21' },
} as const;
