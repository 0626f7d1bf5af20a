import { demoAccounts } from '../accounts.ts';
import type { AclState, DemoState, UserState } from '../state.ts';

// scrypt of the one published demo password, per user with its own salt; a test recomputes them.
const stored = {
  root: '9f63efeea315295880eb5ec621e31a4e:8f2225addac5d895fed80e045815bbd25656eb7c917fe24af0b7db35ae5c8694',
  auditor:
    'eedcc413a1b9636f9bd6200dcea8dde9:37b3144e6c67930ebcf2a4e92bfc389867d2a9d5c29ad2089592e599fa21a857',
  operator:
    '3958d197a20525c82654f4cf9f69b15a:95cb5597e48c691ef02848d3f9e0a7b5706407456db88969c82f45ca39c80da2',
  developer:
    '8134f8901134621c0d4a03d62beace39:a2251bfa58c54c01f48c73dc7d42e8a9f43643aadcbaa49524ee5c1ad8324ef7',
  secured:
    '1da223eddd1b31926cba49e3f7f467aa:344a6119d8e8e60c972a13acd5bad074d0983f92ea049bd155af8ef8b7755f65',
} as const;

const user = (userid: string, fields: Partial<UserState> = {}): UserState => ({
  userid,
  enable: true,
  expire: 0,
  groups: [],
  tokens: {},
  ...fields,
});

const acl = (
  path: string,
  type: AclState['type'],
  ugid: string,
  roleid: string,
  propagate = true,
): AclState => ({
  path,
  type,
  ugid,
  roleid,
  propagate,
});

const scan = demoAccounts.scanToken.tokenid.split('!');

/** Users, groups, custom roles, ACLs and realms; good practice next to grants that nobody remembers. */
export const generateAccess = (
  now: number,
): Pick<DemoState, 'users' | 'groups' | 'roles' | 'acl' | 'domains'> => {
  const users: UserState[] = [
    user('root@pam', { email: 'root@demo.example', password: stored.root }),
    user('auditor@pve', { firstname: 'Audrey', lastname: 'Auditor', password: stored.auditor }),
    user('operator@pve', {
      firstname: 'Otto',
      lastname: 'Operator',
      groups: ['ops'],
      password: stored.operator,
    }),
    user('developer@pve', {
      firstname: 'Dana',
      lastname: 'Developer',
      groups: ['developers'],
      password: stored.developer,
    }),
    user('secured@pve', {
      firstname: 'Sam',
      lastname: 'Secured',
      groups: ['admins'],
      password: stored.secured,
      totp: demoAccounts.secured.totp,
    }),
    user('anna@pve', { groups: ['ops'], email: 'anna@demo.example' }),
    user('ben@pve', { groups: ['ops'], email: 'ben@demo.example' }),
    user('carla@pve', { groups: ['developers'] }),
    user('extern@pve', {
      groups: ['ops'],
      comment: 'contractor of the 2024 project',
      expire: now - 40 * 86_400,
    }),
    user('intern@pve', { enable: false, groups: ['developers'] }),
    user(scan[0] ?? 'proxmox-ai@pve', {
      comment: 'assistant, reads only',
      tokens: {
        [scan[1] ?? 'scan']: {
          secret: demoAccounts.scanToken.secret,
          privsep: true,
          expire: 0,
          comment: 'read only',
        },
      },
    }),
    user('backup@pve', {
      comment: 'backup monitoring',
      tokens: {
        old: {
          secret: '0f5f6d0b-53b1-4a86-9f0c-8c8f1f3a9f11',
          privsep: false,
          expire: 0,
          comment: 'created for a test',
        },
      },
    }),
    user('terraform@pve', {
      comment: 'infrastructure as code',
      tokens: {
        ci: { secret: '5b2f8f2e-9c86-44f5-a3b5-2f4fd1a4c6d7', privsep: true, expire: now + 200 * 86_400 },
      },
    }),
  ];
  return {
    users: Object.fromEntries(users.map((entry) => [entry.userid, entry])),
    groups: {
      admins: { comment: 'administrators' },
      ops: { comment: 'operators of production' },
      developers: { comment: 'developers, lab only' },
    },
    roles: {
      TerraformCI: [
        'Datastore.AllocateSpace',
        'Datastore.Audit',
        'Pool.Audit',
        'SDN.Use',
        'VM.Allocate',
        'VM.Audit',
        'VM.Clone',
        'VM.Config.CPU',
        'VM.Config.Cloudinit',
        'VM.Config.Disk',
        'VM.Config.Memory',
        'VM.Config.Network',
        'VM.Config.Options',
        'VM.PowerMgmt',
      ],
    },
    acl: [
      acl('/', 'group', 'admins', 'Administrator'),
      acl('/', 'user', 'auditor@pve', 'PVEAuditor'),
      acl('/', 'user', scan[0] ?? 'proxmox-ai@pve', 'PVEAuditor'),
      acl('/', 'token', demoAccounts.scanToken.tokenid, 'PVEAuditor'),
      acl('/pool/production', 'user', 'operator@pve', 'PVEVMAdmin'),
      acl('/pool/production', 'group', 'ops', 'PVEVMUser'),
      acl('/pool/production', 'user', 'backup@pve', 'PVEVMAdmin'),
      acl('/pool/production', 'user', 'terraform@pve', 'TerraformCI'),
      acl('/pool/production', 'token', 'terraform@pve!ci', 'TerraformCI'),
      acl('/pool/lab', 'user', 'developer@pve', 'PVEVMUser'),
      acl('/pool/lab', 'group', 'developers', 'PVEVMUser'),
      acl('/storage/tank', 'user', 'operator@pve', 'PVEDatastoreAdmin'),
      acl('/storage/nas', 'group', 'developers', 'PVEDatastoreUser'),
      acl('/vms/117', 'group', 'ops', 'NoAccess'),
    ],
    domains: {
      pam: { type: 'pam', comment: 'Linux PAM standard authentication', default: '1' },
      pve: { type: 'pve', comment: 'Proxmox VE authentication server' },
    },
  };
};
