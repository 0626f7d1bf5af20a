import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  addMessage,
  createConversation,
  deleteConversation,
  listConversations,
  listMessages,
} from './conversations.ts';
import type { Database } from './database.ts';
import { findingsOfObject, findingsOfRun, saveFindings } from './findings.ts';
import { openDatabase } from './open.ts';
import { deleteSetting, getSetting, setSetting } from './settings.ts';

let database: Database;
beforeEach(() => {
  database = openDatabase(':memory:');
});

const createdAt = '2026-11-23T20:00:00.000Z';

describe('conversations', () => {
  it('gives messages in the order they were said, and the last ones when limited', () => {
    createConversation(database, { id: 'c1', createdAt, title: 'secure vm 105' });
    addMessage(database, 'c1', { createdAt, role: 'user', text: 'secure vm 105' });
    const answer = addMessage(database, 'c1', {
      createdAt,
      role: 'assistant',
      text: 'Three findings.',
      runId: 'r1',
    });
    expect(listMessages(database, 'c1').map(({ role }) => role)).toEqual(['user', 'assistant']);
    expect(listMessages(database, 'c1', 1)).toEqual([answer]);
    expect(answer.runId).toBe('r1');
    expect(listMessages(database, 'c1')[0]).not.toHaveProperty('runId');
  });

  it('lists the newest first and removes one with its messages', () => {
    createConversation(database, { id: 'c1', createdAt, title: 'old' });
    createConversation(database, { id: 'c2', createdAt: '2026-11-24T00:00:00.000Z', title: 'new' });
    addMessage(database, 'c1', { createdAt, role: 'user', text: 'x' });
    expect(listConversations(database).map(({ id }) => id)).toEqual(['c2', 'c1']);
    expect(deleteConversation(database, 'c1')).toBe(true);
    expect(deleteConversation(database, 'c1')).toBe(false);
    expect(listMessages(database, 'c1')).toEqual([]);
  });

  it('refuses a message to a conversation that is not there', () => {
    expect(() => addMessage(database, 'nope', { createdAt, role: 'user', text: 'x' })).toThrow(
      /no conversation nope/,
    );
  });
});

describe('findings', () => {
  const schema = z.object({ id: z.string(), object: z.string(), fingerprint: z.string(), state: z.string() });
  const finding = (state: string) => ({ id: 'VM-SEC-001', object: 'qemu/105', fingerprint: 'f1', state });

  it('keeps what each run found, and gives the history of an object newest first', () => {
    saveFindings(database, { runId: 'r1', createdAt, findings: [finding('fail')] });
    saveFindings(database, {
      runId: 'r2',
      createdAt,
      findings: [finding('pass'), { ...finding('fail'), object: 'qemu/106' }],
    });
    expect(findingsOfRun(database, 'r2', schema)).toHaveLength(2);
    expect(
      findingsOfObject(database, 'qemu/105', schema).map(({ runId, finding: { state } }) => [runId, state]),
    ).toEqual([
      ['r2', 'pass'],
      ['r1', 'fail'],
    ]);
  });

  it('keeps none of a run of which one is malformed', () => {
    const bad = { object: 'qemu/105' } as unknown as { object: string; fingerprint: string };
    expect(() =>
      saveFindings(database, { runId: 'r1', createdAt, findings: [finding('fail'), bad] }),
    ).toThrow();
    expect(findingsOfRun(database, 'r1', schema)).toEqual([]);
  });
});

describe('settings', () => {
  it('keeps any JSON value, replaces and forgets it', () => {
    setSetting(database, 'ui', { skill: 'beginner', columns: [1, 2] });
    setSetting(database, 'ui', { skill: 'expert' });
    expect(getSetting(database, 'ui', z.object({ skill: z.string() }))).toEqual({ skill: 'expert' });
    expect(deleteSetting(database, 'ui')).toBe(true);
    expect(deleteSetting(database, 'ui')).toBe(false);
  });
});
