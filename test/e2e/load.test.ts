import { expect, it } from 'vitest';
import { aDataFolder, anInstance } from './instance.ts';
import { underLoad } from './load.ts';

it('twenty callers at once all get the right answer, and each execution is recorded once', async () => {
  const instance = await anInstance(aDataFolder());

  const result = await underLoad(instance, 20, 3);

  expect(result.wrong).toEqual([]);
  expect(result.unfinished).toBe(0);
  expect(new Set(result.recorded).size).toBe(result.recorded.length);
  expect(result.recorded).toHaveLength(result.answered);
  expect(result.answered).toBeGreaterThan(20);
}, 60_000);
