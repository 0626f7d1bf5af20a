import { ProxmoxAiError } from '../../errors.ts';

/** Proof of who is calling. */
export type Auth =
  | {
      readonly kind: 'password';
      /** `root@pam` */
      readonly userid: string;
      readonly password: string;
      /** Six digits of an authenticator, or `recovery:KEY`; for accounts with a second factor. */
      readonly totp?: string;
    }
  | {
      readonly kind: 'ticket';
      readonly userid: string;
      /** `PVE:root@pam:66A1B2C3::…`, unescaped. */
      readonly ticket: string;
      readonly csrf: string;
    }
  | {
      readonly kind: 'token';
      /** `ops@pve!scan` */
      readonly tokenid: string;
      readonly secret: string;
    };

const userPattern = /^[^\s:/]+@[A-Za-z][A-Za-z0-9._-]+$/;
const tokenPattern = /^[^\s:/]+@[A-Za-z][A-Za-z0-9._-]+![A-Za-z][A-Za-z0-9._-]+$/;

/** The identity PVE will see. Throws `config-invalid` for a malformed user or token id, or an empty or broken secret. */
export function checkAuth(auth: Auth): string {
  if (auth.kind === 'token') {
    if (!tokenPattern.test(auth.tokenid)) {
      throw invalid('The API token id has to look like user@realm!name.', 'For example ops@pve!scan.');
    }
    checkSecret('API token', auth.secret);
    return auth.tokenid;
  }
  if (!userPattern.test(auth.userid)) {
    throw invalid('The user has to be given with its realm.', 'For example root@pam or alice@pve.');
  }
  if (auth.kind === 'password') {
    if (auth.password === '') throw invalid('The password is empty.', 'Give the password of the account.');
  } else {
    checkSecret('ticket', auth.ticket);
    checkSecret('CSRF token', auth.csrf);
    checkTicketOwner(auth);
  }
  return auth.userid;
}

/**
 * A ticket names its user (`PVE:root@pam:HEXTIME::signature`), and PVE vouches for that by the signature. A claim to be
 * somebody else is refused here, because what we record as done by a person goes by the user id.
 */
function checkTicketOwner({ userid, ticket }: Extract<Auth, { kind: 'ticket' }>): void {
  const [, owner] = /^PVE:([^\s:]+):[0-9A-F]{8}::/.exec(ticket) ?? [];
  if (owner !== userid) {
    throw invalid('The ticket is not one of the user that it is given for.', 'Log in again.');
  }
}

/** Both go into HTTP headers, where a line break would start another header. */
function checkSecret(what: string, secret: string): void {
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    throw invalid(`The ${what} is empty or has characters that PVE never puts into one.`, 'Log in again.');
  }
}

function invalid(message: string, hint: string): ProxmoxAiError {
  return new ProxmoxAiError('config-invalid', message, { hint });
}
