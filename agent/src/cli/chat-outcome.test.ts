import { describe, expect, it } from 'vitest';
import { chatOutcome, type TurnOutcome } from './chat-outcome.ts';

const fine: TurnOutcome = { asked: false, choices: [] };
const failed = (code: string): TurnOutcome => ({ ...fine, failed: { type: 'failed', code, message: code } });
const asked = (...choices: string[]): TurnOutcome => ({ asked: true, choices });
const codeOf = (...lines: readonly (readonly [string, TurnOutcome])[]): number => {
  const outcome = chatOutcome();
  for (const [line, end] of lines) {
    outcome.heard(line);
    outcome.ended(end);
  }
  return outcome.code();
};

describe('the exit code of a piped chat', () => {
  it('is 0 when every line went through, and when there was none', () => {
    expect(codeOf()).toBe(0);
    expect(codeOf(['show vm 105', fine], ['/plans', fine])).toBe(0);
  });

  it('is that of the first line that failed, whatever came after it', () => {
    expect(codeOf(['secure vm 99999', failed('guest-unknown')], ['/help', fine])).toBe(2);
    expect(codeOf(['a', failed('pve-unreachable')], ['b', failed('guest-unknown')])).toBe(3);
  });

  it('is 2 for a question that nothing answered', () => {
    expect(codeOf(['frobnicate', asked()])).toBe(2);
    expect(codeOf(['frobnicate', asked('secure vm 105')], ['show vm 105', fine])).toBe(2);
    expect(codeOf(['frobnicate', asked()], ['b', failed('pve-unreachable')])).toBe(2);
  });

  it('is 0 when the next line is one of the offered answers', () => {
    expect(codeOf(['frobnicate', asked('secure vm 105')], ['secure vm 105', fine])).toBe(0);
  });
});
