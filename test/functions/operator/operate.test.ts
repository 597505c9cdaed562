import { beforeEach, describe, expect, it } from 'vitest';
import { operate } from '../../../functions/operator/operate.ts';
import { sweepAll } from '../../../functions/sweeper/sweep-all.ts';
import type { Platform } from '../../../shared/platform.ts';
import { testPlatform } from '../../http/test-platform.ts';
import { anExecution, aWorkflow } from '../../store/store-builders.ts';

let platform: Platform;
let poked: string[];
let held: boolean;
const hold = { isHeld: async () => held };
const order = (given: unknown) => operate({ platform, hold }, given);

beforeEach(async () => {
  poked = [];
  held = true;
  const base = await testPlatform();
  const orchestrator = { ...base.orchestrator, poke: async (id: string) => void poked.push(id) };
  platform = { ...base, orchestrator };
});

const anOpenExecution = async (): Promise<string> => {
  const workflow = await aWorkflow(platform.stores);
  const { record } = await platform.stores.executions.accept(
    anExecution({ workflowId: workflow.id, ownerId: workflow.createdBy }),
  );
  return record.id;
};

describe('an operator', () => {
  it('sees whether the table is held, and what is open', async () => {
    const id = await anOpenExecution();

    expect(await order({ do: 'status' })).toEqual({ held: true, reason: null, openCount: 1, open: [id] });
  });

  it('looks at one execution, without what it is about', async () => {
    const id = await anOpenExecution();

    const shown = await order({ do: 'show', executionId: id });

    expect(shown).toMatchObject({ id, status: 'pending', position: 0, lease: null, isParked: false });
    expect(shown).not.toHaveProperty('items');
  });

  it('wakes one that is stuck', async () => {
    const id = await anOpenExecution();

    await order({ do: 'wake', executionId: id });

    expect(poked).toEqual([id]);
  });

  it('fails one that shall not go on, with the reason', async () => {
    const id = await anOpenExecution();

    await order({ do: 'fail', executionId: id, because: 'It was done by hand.' });

    expect(await platform.stores.executions.get(id)).toMatchObject({
      status: 'failed',
      errorCode: 'execution.failedByOperator',
      errorMessage: 'It was done by hand.',
    });
    expect(await order({ do: 'status' })).toMatchObject({ openCount: 0 });
    expect(await order({ do: 'fail', executionId: id })).toEqual({ failed: id });
  });

  it('releases one of a held platform, and then all of it', async () => {
    const id = await anOpenExecution();
    held = false;
    await platform.stores.operations.hold('Something is wrong.');
    expect(await order({ do: 'status' })).toMatchObject({ held: true, reason: 'Something is wrong.' });

    expect(await order({ do: 'releaseExecution', executionId: id })).toEqual({ released: id });
    expect(poked).toEqual([id]);
    await order({ do: 'releaseTable' });

    expect(await order({ do: 'status' })).toMatchObject({ held: false });
  });

  it('makes a new set-up token as long as there is no admin', async () => {
    const first = await order({ do: 'newSetupToken' });
    expect(await order({ do: 'newSetupToken' })).not.toEqual(first);

    await platform.stores.settings.claimSetup();
    expect(await order({ do: 'newSetupToken' })).toEqual({
      setupToken: 'none needed: the first admin has been made',
    });
  });

  it.each([
    ['an order there is not', { do: 'destroy' }],
    ['an id that is none', { do: 'wake', executionId: 'wf_1' }],
    ['more than was asked for', { do: 'status', all: true }],
  ])('is told of %s', async (_, given) => {
    await expect(order(given)).rejects.toThrow();
  });

  it('is told of an execution that is not there', async () => {
    const executionId = `exec_${'0'.repeat(26)}`;

    await expect(order({ do: 'fail', executionId })).rejects.toThrow(`There is no execution ${executionId}`);
  });
});

describe('a held table', () => {
  it('is not swept', async () => {
    await anOpenExecution();

    expect(await sweepAll(platform, hold, 'group/table')).toBeNull();
    expect(poked).toEqual([]);
  });
});

describe('the sweep', () => {
  it('starts what was accepted and not begun, once a start would have shown', async () => {
    held = false;
    const id = await anOpenExecution();
    expect(await sweepAll(platform, hold, 'group/table')).toMatchObject({ open: 1, woken: 0 });

    const later = { ...platform, clock: { ...platform.clock, now: () => Date.now() + 61_000 } };

    expect(await sweepAll(later, hold, 'group/table')).toMatchObject({ open: 1, woken: 1, schedules: 0 });
    expect(poked).toEqual([id]);
  });
});
