import { expect, test } from 'vitest';
import { ProxmoxAiError, type ErrorCode } from '../../errors.ts';
import { gapOf, known } from './known.ts';

const failing =
  (code: ErrorCode, fields: Record<string, unknown> = {}) =>
  () =>
    Promise.reject(new ProxmoxAiError(code, `it is ${code}`, { fields }));

test('a refusal names the privilege PVE named, else the one that is known to be needed', async () => {
  await expect(
    known(failing('pve-denied', { privilege: 'VM.Monitor' }), 'VM.GuestAgent.Audit'),
  ).resolves.toEqual({
    known: false,
    reason: 'it is pve-denied',
    privilege: 'VM.Monitor',
  });
  const denied = await known(failing('pve-denied'), 'Sys.Audit');
  expect(denied).toMatchObject({ known: false, privilege: 'Sys.Audit' });
  if (!denied.known)
    expect(gapOf('nodes', denied)).toEqual({
      what: 'nodes',
      reason: 'it is pve-denied',
      privilege: 'Sys.Audit',
    });
});

test.each([
  ['pve-server', {}],
  ['pve-not-found', {}],
  ['pve-protocol', {}],
  ['pve-conflict', {}],
  ['pve-unreachable', { status: 595 }],
  ['pve-unreachable', { reason: 'timeout' }],
] as const)('%s %j is a fact to report', async (code, fields) => {
  await expect(known(failing(code, fields))).resolves.toEqual({ known: false, reason: `it is ${code}` });
});

test.each([
  ['pve-auth', {}],
  ['pve-tls', {}],
  ['cancelled', {}],
  ['internal', {}],
  ['pve-unreachable', { reason: 'ECONNREFUSED' }],
] as const)('%s %j ends the run', async (code, fields) => {
  await expect(known(failing(code, fields))).rejects.toMatchObject({ code });
});

test('a defect of ours is not taken for a fact about the cluster', async () => {
  await expect(
    known(() => Promise.reject(new TypeError('undefined is not a function'))),
  ).rejects.toMatchObject({
    code: 'internal',
  });
});
