import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { forgetOperations } from '../../../shared/operations/current.ts';
import type { Platform } from '../../../shared/platform.ts';
import { finishSuggestion } from '../../../shared/suggestions/suggest.ts';
import { readSuggestion, type Suggestion } from '../../../shared/suggestions/suggestion.ts';
import { takeUpSuggestions } from '../../../shared/suggestions/take-up.ts';
import { accountOf, testPlatform } from '../../http/test-platform.ts';

const MINUTE = 60_000;

describe('suggestions that were under way when Stepwell stopped', () => {
  let platform: Platform;
  let userId: string;
  let now: number;
  let begun: string[];
  beforeAll(async () => {
    const made = await testPlatform();
    platform = {
      ...made,
      clock: { ...made.clock, now: () => now },
      suggester: { begin: async (id) => void begun.push(id) },
    };
    userId = (await accountOf(made, 'user')).id;
  });
  beforeEach(() => {
    now = Date.now();
    begun = [];
  });
  const asked = async (): Promise<string> => {
    const suggestion: Suggestion = { status: 'pending', workflowId: null, modelId: null };
    const { id } = await platform.stores.aiSuggestions.create({
      userId,
      prompt: 'Post new orders to Slack',
      suggestion: JSON.stringify(suggestion),
      isPending: true,
      isApplied: false,
      appliedAt: null,
      feedback: null,
    });
    return id;
  };
  const read = async (id: string) => {
    const row = await platform.stores.aiSuggestions.get(id);
    if (!row) throw new Error('It is gone.');
    return { row, suggestion: readSuggestion(row, now) };
  };

  it('are begun again, each once, and finished', async () => {
    const [one, other] = [await asked(), await asked()];
    await takeUpSuggestions(platform);
    expect(begun).toEqual([one, other]);
    await finishSuggestion(platform, one);
    await finishSuggestion(platform, other);
    expect((await read(one)).suggestion).toMatchObject({ status: 'ready', source: 'template' });
    await takeUpSuggestions(platform);
    expect(begun).toEqual([one, other]);
  });

  it('have failed when that happens a second time', async () => {
    const id = await asked();
    await takeUpSuggestions(platform);
    await takeUpSuggestions(platform);
    expect(begun).toEqual([id]);
    expect((await read(id)).suggestion).toMatchObject({
      status: 'failed',
      error: { code: 'ai.lost', message: expect.stringContaining('stopped twice') },
    });
  });

  it('have failed when nobody can wait for them any more', async () => {
    const id = await asked();
    now += 11 * MINUTE;
    await takeUpSuggestions(platform);
    expect(begun).toEqual([]);
    expect((await read(id)).row).toMatchObject({ isPending: null });
    expect((await read(id)).suggestion).toMatchObject({ status: 'failed', error: { code: 'ai.lost' } });
  });

  it('stay as they are while the table is held', async () => {
    const id = await asked();
    await platform.stores.operations.hold('Restored.');
    forgetOperations(platform.stores);
    await takeUpSuggestions(platform);
    expect(begun).toEqual([]);
    expect((await read(id)).suggestion).toMatchObject({ status: 'pending' });
  });

  it('that were given up stay so, though somebody still finishes them', async () => {
    const id = await asked();
    now += 11 * MINUTE;
    await finishSuggestion(platform, id);
    expect((await read(id)).suggestion).toMatchObject({ status: 'failed', error: { code: 'ai.lost' } });
  });
});
