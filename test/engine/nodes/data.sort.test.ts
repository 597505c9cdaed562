import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const sort = (by: readonly JsonObject[], ...given: JsonObject[]) =>
  runNode({ type: 'data.sort', parameters: { by }, given });

describe('data.sort', () => {
  it('orders numbers by size and says where each item came from', async () => {
    const { outputs, pairing } = await sort([{ field: 'n' }], { n: 10 }, { n: 9 }, { n: -1 });
    expect(outputs.main).toEqual([{ n: -1 }, { n: 9 }, { n: 10 }]);
    expect(pairing).toEqual({ main: [2, 1, 0] });
  });

  it('goes on with the next field where the first is equal, and keeps the order of equal items', async () => {
    const by: JsonObject[] = [{ field: 'a.x' }, { field: 'b', order: 'descending' }];
    const given = [
      { a: { x: 1 }, b: 1, id: 1 },
      { a: { x: 1 }, b: 2, id: 2 },
      { a: { x: 0 }, b: 0, id: 3 },
      { a: { x: 1 }, b: 2, id: 4 },
    ];
    const { outputs } = await sort(by, ...given);
    expect(outputs.main?.map(({ id }) => id)).toEqual([3, 2, 4, 1]);
  });

  it.each(['ascending', 'descending'])('puts what is missing or null last, %s', async (order) => {
    const { outputs } = await sort([{ field: 'n', order }], { n: null }, { id: 1 }, { n: 1 }, { n: 2 });
    expect(outputs.main?.slice(2)).toEqual([{ n: null }, { id: 1 }]);
  });

  it('ignores case where asked', async () => {
    const given = [{ s: 'b' }, { s: 'A' }, { s: 'B' }];
    const plain = await sort([{ field: 's' }], ...given);
    const folded = await sort([{ field: 's', ignoreCase: true }], ...given);
    expect(plain.outputs.main).toEqual([{ s: 'A' }, { s: 'B' }, { s: 'b' }]);
    expect(folded.outputs.main).toEqual([{ s: 'A' }, { s: 'b' }, { s: 'B' }]);
  });

  it('asks for a field', () => {
    expect(checkNode('data.sort', { by: [] })).toEqual([
      { pointer: '/by', message: 'must name a field to sort by' },
    ]);
  });
});
