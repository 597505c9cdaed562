import { describe, expect, it } from 'vitest';
import type { Invocation } from '../../../functions/interpreter/invocation.ts';
import { unlessHeld } from '../../../functions/interpreter/unless-held.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const machines = { express: 'arn:express', standard: 'arn:standard' };
const timer: Invocation = {
  machine: 'standard',
  machines,
  park: 7,
  turns: 3,
  input: { executionId: 'exec_1', writer: 'w' },
};
const poke: Invocation = { machine: 'express', machines, input: { executionId: 'exec_1' } };

const handled: string[] = [];
const guard = (held: boolean, released: string[] = []) =>
  unlessHeld(
    { isHeld: async () => held, isReleased: async (id) => released.includes(id) },
    () => NOW,
    async ({ input, machine }) => {
      handled.push(`${machine} ${input.executionId}`);
      return {
        executionId: input.executionId,
        next: 'done',
        wakeAt: '',
        park: 0,
        turns: 0,
        name: '',
        writer: '',
        machines,
        renew: false,
      };
    },
  );

describe('while a restored table is held', () => {
  it('a timer waits on, for the park it had', async () => {
    expect(await guard(true)(timer)).toMatchObject({
      next: 'busy',
      wakeAt: '2026-03-01T12:15:00.000Z',
      park: 7,
      turns: 4,
    });
  });

  it('a wake-up comes to nothing', async () => {
    expect(await guard(true)(poke)).toMatchObject({ next: 'idle' });
    expect(handled).toEqual([]);
  });

  it('what was released goes on', async () => {
    expect(await guard(true, ['exec_1'])(poke)).toMatchObject({ next: 'done' });
  });
});

describe('a table that is not held', () => {
  it('holds nothing up', async () => {
    expect(await guard(false)(timer)).toMatchObject({ next: 'done' });
  });
});
