import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const aggregate = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'data.aggregate', parameters, given });

describe('data.aggregate', () => {
  it('puts whole items into one list, paired with all of them', async () => {
    const { outputs, pairing } = await aggregate({ destination: 'a.rows' }, { id: 1 }, { id: 2 });
    expect(outputs.main).toEqual([{ a: { rows: [{ id: 1 }, { id: 2 }] } }]);
    expect(pairing).toEqual({ main: 'all' });
  });

  it.each([
    [false, { ids: [1, 2], city: ['P'] }],
    [true, { ids: [1, 2], city: ['P', null] }],
  ])('makes a list of each field (missing ones kept: %s)', async (keepMissing, expected) => {
    const fields: JsonObject[] = [{ field: 'id', as: 'ids' }, { field: 'to.city' }];
    const { outputs } = await aggregate({ fields, keepMissing }, { id: 1, to: { city: 'P' } }, { id: 2 });
    expect(outputs.main).toEqual([expected]);
  });

  it('asks to tell lists apart that would have the same name', () => {
    const fields: JsonObject[] = [
      { field: 'to.city' },
      { field: 'from.city' },
      { field: 'from.city', as: 'origin' },
    ];
    expect(checkNode('data.aggregate', { fields })).toEqual([
      { pointer: '/fields/1/as', message: 'must tell it from the other result that is called "city"' },
    ]);
  });
});
