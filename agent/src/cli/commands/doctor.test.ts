import { describe, expect, it } from 'vitest';
import { ProxmoxAiError } from '../../errors.ts';
import type { CliContext } from '../context.ts';
import type { DoctorResult } from '../doctor-checks.ts';
import { resultOf } from './doctor.ts';

// What a check throws is judged without looking at the context it ran in.
const context = {} as CliContext;
const check = (run: () => Promise<DoctorResult>) => resultOf({ name: 'x', run }, context);

describe('one check of the doctor', () => {
  it('is an error with message and hint when it throws at once or later', async () => {
    const error = new ProxmoxAiError('store-corrupt', 'The store is damaged.', { hint: 'Restore it.' });
    const expected = { state: 'error', message: 'The store is damaged.', hint: 'Restore it.' };
    expect(
      await check(() => {
        throw error;
      }),
    ).toEqual(expected);
    expect(await check(() => Promise.reject(error))).toEqual(expected);
  });

  it('does not call a refusal of the operating system a defect', async () => {
    const refused = Object.assign(new Error('EACCES: permission denied'), {
      syscall: 'mkdir',
      code: 'EACCES',
    });
    expect((await check(() => Promise.reject(refused))).hint).toContain('this user may use it');
  });
});
