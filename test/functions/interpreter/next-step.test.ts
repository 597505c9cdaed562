import { describe, expect, it } from 'vitest';
import type { SliceOutcome } from '../../../engine/index.ts';
import type { Invocation } from '../../../functions/interpreter/invocation.ts';
import { nextStep } from '../../../functions/interpreter/next-step.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const LATER = Date.parse('2026-03-01T13:00:00Z');

const machines = { express: 'arn:express', standard: 'arn:standard' };

const express = (given: Partial<Invocation> = {}): Invocation => ({
  machine: 'express',
  machines,
  startedAt: '2026-03-01T11:59:59Z',
  retries: 0,
  input: { executionId: 'exec_1' },
  ...given,
});
const standard = (given: Partial<Invocation> = {}): Invocation => ({
  machine: 'standard',
  machines,
  park: 7,
  turns: 0,
  input: { executionId: 'exec_1' },
  ...given,
});

const step = (invocation: Invocation, outcome: SliceOutcome, place = { read: 7, now: 9 }) =>
  nextStep(invocation, { outcome, place, writerId: 'writer', now: NOW });

const parked: SliceOutcome = { kind: 'parked', wakeAt: LATER };

describe('after a slice in the Express machine', () => {
  it.each<[string, SliceOutcome, string]>([
    ['that ends the execution, nothing follows', { kind: 'done', status: 'completed' }, 'done'],
    ['that has answered, it goes on by itself', { kind: 'responded' }, 'responded'],
    ['that parks until a time, a timer is set', parked, 'parked'],
    ['that parks until somebody says so, nothing follows', { kind: 'parked', wakeAt: null }, 'idle'],
    ['that ran out of time, the next one follows', { kind: 'continue' }, 'continue'],
    ['that lost to another, the other goes on', { kind: 'lost' }, 'idle'],
    ['that finds another at work, that one goes on', { kind: 'busy', until: LATER }, 'idle'],
  ])('%s', (_, outcome, next) => {
    expect(step(express(), outcome)).toMatchObject({
      executionId: 'exec_1',
      next,
      machines,
      writer: 'writer',
      renew: false,
    });
  });

  it('a timer is named after the place in the journal, whoever sets it', () => {
    const unchanged = { read: 9, now: 9 };

    expect(step(express(), parked)).toMatchObject({ name: 'exec_1-9', wakeAt: '2026-03-01T13:00:00.000Z' });
    expect(step(express(), parked, unchanged).name).toBe('exec_1-9');
  });

  it('a hand-over that is no park has a name of its own', () => {
    expect(step(express(), { kind: 'continue' }).name).toBe('exec_1-9-continue-writer');
  });

  it('the lease of an attempt that died here is waited for', () => {
    expect(step(express({ retries: 1 }), { kind: 'busy', until: LATER })).toMatchObject({
      next: 'busy',
      name: 'exec_1-9-busy',
      wakeAt: '2026-03-01T13:00:00.000Z',
    });
  });
});

describe('after a slice in the Standard machine', () => {
  it('that parks again, it waits again', () => {
    expect(step(standard(), parked)).toMatchObject({ next: 'parked', park: 9, turns: 1, renew: false });
  });

  it('that came too early, it waits for the same park', () => {
    const unchanged = { read: 7, now: 7 };

    expect(step(standard(), parked, unchanged)).toMatchObject({ next: 'parked', park: 7, renew: false });
  });

  it('that finds a park of somebody else, that park gets its own timer', () => {
    const unchanged = { read: 9, now: 9 };

    expect(step(standard(), parked, unchanged)).toMatchObject({
      next: 'parked',
      name: 'exec_1-9',
      renew: true,
    });
  });

  it.each<[string, SliceOutcome, string]>([
    ['another at work', { kind: 'busy', until: LATER }, '2026-03-01T13:00:00.000Z'],
    ['that it has lost', { kind: 'lost' }, '2026-03-01T12:00:05.000Z'],
  ])('that finds %s, it looks again', (_, outcome, wakeAt) => {
    expect(step(standard(), outcome)).toMatchObject({ next: outcome.kind, wakeAt, renew: false });
  });

  it('that the store has let down, it looks again', () => {
    expect(
      nextStep(standard(), {
        outcome: { kind: 'again' },
        place: { read: 7, now: 7 },
        writerId: 'w',
        now: NOW,
      }),
    ).toMatchObject({
      next: 'again',
      wakeAt: '2026-03-01T12:00:05.000Z',
      writer: 'w',
      renew: false,
    });
  });

  it('of five hundred, a new execution goes on under a name of its own', () => {
    const last = standard({ turns: 499 });

    expect(step(last, parked)).toMatchObject({ renew: true, turns: 500, name: 'exec_1-9-500' });
    expect(step(last, { kind: 'continue' })).toMatchObject({ renew: true, next: 'continue' });
    expect(step(standard({ turns: 500 }), parked)).toMatchObject({ renew: false, turns: 501 });
  });

  it('every path of the machine leads somewhere', () => {
    const kinds: SliceOutcome[] = [parked, { kind: 'continue' }, { kind: 'lost' }, { kind: 'responded' }];

    for (const outcome of kinds) {
      const values = Object.values(step(standard(), outcome));
      expect(values).not.toContain(undefined);
    }
  });

  it('no name is longer than the 80 characters that Step Functions takes', () => {
    const input = { executionId: `exec_${'0'.repeat(26)}` };
    const place = { read: 0, now: 999_999_999_999 };

    expect(step(standard({ input, turns: 499_999 }), parked, place).name.length).toBeLessThanOrEqual(80);
  });
});
