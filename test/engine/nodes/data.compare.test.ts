import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const compare = (parameters: JsonObject, a: readonly JsonObject[], b: readonly JsonObject[]) =>
  runNode({ type: 'data.compare', parameters, inputs: { a, b } });

describe('data.compare', () => {
  it('parts items into four and pairs them with where they came from', async () => {
    const a: JsonObject[] = [{ id: 1 }, { id: 2, v: 1 }, { id: 3, v: { x: 1, y: 2 } }];
    const b: JsonObject[] = [{ id: 3, v: { y: 2, x: 1 } }, { id: 2, v: 2 }, { id: 4 }];
    const { outputs, pairing } = await compare({ match: ['id'] }, a, b);
    expect(outputs).toEqual({
      onlyA: [{ id: 1 }],
      same: [{ id: 3, v: { x: 1, y: 2 } }],
      different: [{ a: { id: 2, v: 1 }, b: { id: 2, v: 2 }, fields: ['v'] }],
      onlyB: [{ id: 4 }],
    });
    expect(pairing).toEqual({ onlyA: [[0]], same: [[2, 3]], different: [[1, 4]], onlyB: [[5]] });
  });

  it('does not look at fields that may differ', async () => {
    const { outputs } = await compare(
      { match: ['id'], ignore: ['at'] },
      [{ id: 1, at: 1 }],
      [{ id: 1, at: 2 }],
    );
    expect(outputs.same).toEqual([{ id: 1, at: 1 }]);
  });

  it('lets the second of two equal keys meet the second', async () => {
    const { outputs } = await compare(
      { match: ['k'] },
      [
        { k: 1, n: 1 },
        { k: 1, n: 2 },
      ],
      [{ k: 1, n: 1 }],
    );
    expect(outputs).toMatchObject({ same: [{ k: 1, n: 1 }], onlyA: [{ k: 1, n: 2 }], onlyB: [] });
  });

  it('matches nothing with an item that has no such field', async () => {
    const { outputs } = await compare({ match: ['id'] }, [{ n: 1 }, { id: null }], [{ n: 1 }]);
    expect(outputs).toMatchObject({ onlyA: [{ n: 1 }, { id: null }], onlyB: [{ n: 1 }], same: [] });
  });

  it('asks for a field to match by', () => {
    expect(checkNode('data.compare', {})).toHaveLength(1);
  });
});
