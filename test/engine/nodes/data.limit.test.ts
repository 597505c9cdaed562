import { expect, it } from 'vitest';
import { runNode } from './run-node.ts';

it.each([
  ['first', 2, [1, 2], [0, 1]],
  ['last', 2, [2, 3], [1, 2]],
  ['last', 9, [1, 2, 3], 'same'],
])('keeps the %s %i items', async (keep, count, ids, from) => {
  const given = [{ id: 1 }, { id: 2 }, { id: 3 }];
  const { outputs, pairing } = await runNode({ type: 'data.limit', parameters: { keep, count }, given });
  expect(outputs.main?.map(({ id }) => id)).toEqual(ids);
  expect(pairing).toEqual({ main: from === 'same' ? [0, 1, 2] : from });
});

it('lets nothing through for 0', async () => {
  const { outputs } = await runNode({ type: 'data.limit', parameters: { count: 0 }, given: [{ id: 1 }] });
  expect(outputs.main).toEqual([]);
});
