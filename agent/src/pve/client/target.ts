import { ProxmoxAiError } from '../../errors.ts';

/** Where a PVE API listens. */
export interface Target {
  /** Name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** `https://host:8006` */
  readonly url: string;
}

const defaultPort = 8006;

/**
 * A target as a person writes it: `pve1`, `pve1:8006`, `https://pve1`, `https://[fd00::1]:8006/`. Without a port it
 * is 8006, where pveproxy listens. Throws `config-invalid` for plain http, a path, or credentials in the address.
 */
export function parseTarget(text: string): Target {
  const trimmed = text.trim();
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.parse(address);
  if (url === null || url.hostname === '') {
    throw invalid(text, 'It is not an address.');
  }
  if (url.protocol !== 'https:') throw invalid(text, 'PVE is reached by https only.');
  if (url.username !== '' || url.password !== '') {
    throw new ProxmoxAiError('config-invalid', 'The address of PVE must not hold a user name or password.', {
      hint: 'Log in with `proxmox-ai login https://HOST:8006`; it asks for them.',
    });
  }
  if (!/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    throw invalid(text, 'It must end after the port.');
  }
  // URL drops an explicit :443, which a person behind a reverse proxy means.
  const explicit443 = /:443\/?$/.test(trimmed);
  const port = url.port === '' ? (explicit443 ? 443 : defaultPort) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { host, port, url: `https://${url.hostname}:${port}` };
}

function invalid(text: string, why: string): ProxmoxAiError {
  const shown = text.includes('@') ? 'The address of PVE' : JSON.stringify(text);
  return new ProxmoxAiError('config-invalid', `${shown} cannot be used as the address of PVE. ${why}`, {
    hint: 'Write it as https://HOST:8006.',
  });
}
