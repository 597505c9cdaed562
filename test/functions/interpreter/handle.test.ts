import { describe, expect, it } from 'vitest';
import { handleInvocation } from '../../../functions/interpreter/handle.ts';
import type { Invocation } from '../../../functions/interpreter/invocation.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Interpreter } from '../../../shared/executions/interpret.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const MINUTE = 60_000;

const machines = { express: 'arn:express', standard: 'arn:standard' };

/** What the interpreter is asked for by an invocation. */
const askedFor = async (invocation: Invocation, remaining: number) => {
  const asked: Parameters<Interpreter['advance']>[] = [];
  const handle = handleInvocation({
    interpreter: {
      advance: async (...given) => {
        asked.push(given);
        return { kind: 'done', status: 'completed' };
      },
      begin: () => Promise.reject(new Error('Nothing is begun here.')),
    },
    clock: { now: () => NOW, sleep: () => Promise.reject(new Error('Nothing here sleeps.')) },
    random: { id: () => 'unguessable', number: () => 0 },
  });
  await handle(invocation, { getRemainingTimeInMillis: () => remaining });
  const [[executionId, options] = []] = asked;
  return { executionId, ...options };
};

const express = (given: Partial<Invocation['input']> = {}, startedAt = NOW): Invocation => ({
  machine: 'express',
  machines,
  startedAt: new Date(startedAt).toISOString(),
  input: { executionId: 'exec_1', ...given },
});
const standard: Invocation = { machine: 'standard', machines, input: { executionId: 'exec_1' } };

describe('an invocation of the interpreter', () => {
  it('ends with the function, less the time to let go and to write', async () => {
    expect((await askedFor(standard, 15 * MINUTE)).deadline).toBe(NOW + 15 * MINUTE - 10_000);
  });

  it('of an Express machine ends four minutes after the machine began, whichever attempt it is', async () => {
    expect((await askedFor(express(), 15 * MINUTE)).deadline).toBe(NOW + 4 * MINUTE);
    expect((await askedFor(express({}, NOW - 3 * MINUTE), 15 * MINUTE)).deadline).toBe(NOW + MINUTE);
  });

  it('holds its lease past its last write, and is a writer of its own', async () => {
    const { deadline = 0, writer } = await askedFor(express(), 15 * MINUTE);

    expect(writer).toEqual({ writerId: 'unguessable', leaseUntil: deadline + 15_000, generation: null });
  });

  it('takes the lease over from the slice that let go of it', async () => {
    expect((await askedFor(express({ writer: 'the last' }), MINUTE)).writer?.writerId).toBe('the last');
    expect((await askedFor(express({ writer: '' }), MINUTE)).writer?.writerId).toBe('unguessable');
  });

  it('that is tried again does not: what failed may still be at work', async () => {
    const again = { ...express({ writer: 'the last' }), retries: 1 };

    expect((await askedFor(again, MINUTE)).writer?.writerId).toBe('unguessable');
  });

  it('has a caller waiting until the time it is told', async () => {
    expect((await askedFor(express({ answerBy: NOW + 1 }), MINUTE)).waitingCaller).toBe(true);
    expect((await askedFor(express({ answerBy: NOW }), MINUTE)).waitingCaller).toBe(false);
    expect((await askedFor(express(), MINUTE)).waitingCaller).toBe(false);
  });
});

describe('a store that cannot be reached', () => {
  const handled = (isUnderWay: boolean, code: 'storage.unavailable' | 'internal') =>
    handleInvocation({
      interpreter: {
        advance: async (_, { onPlace }) => {
          if (isUnderWay) onPlace?.({ read: 4, now: 4 });
          throw new AppError(code, 'Not now.');
        },
        begin: () => Promise.reject(new Error('Nothing is begun here.')),
      },
      clock: { now: () => NOW, sleep: () => Promise.reject(new Error('Nothing here sleeps.')) },
      random: { id: () => 'unguessable', number: () => 0 },
    })(express(), { getRemainingTimeInMillis: () => MINUTE });

  it('in the middle of a slice is handed over with the lease, as the slice is at work no more', async () => {
    expect(await handled(true, 'storage.unavailable')).toMatchObject({
      next: 'again',
      park: 4,
      writer: 'unguessable',
      wakeAt: '2026-03-01T12:00:05.000Z',
    });
  });

  it('before it, or with an error of another kind, is left to the retries of the machine', async () => {
    await expect(handled(false, 'storage.unavailable')).rejects.toThrow('Not now.');
    await expect(handled(true, 'internal')).rejects.toThrow('Not now.');
  });
});
