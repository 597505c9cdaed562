import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const summarise = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'data.summarise', parameters, given });

const ORDERS: readonly JsonObject[] = [
  { country: 'PT', total: 5, tag: 'x' },
  { country: 'DE', total: '7', tag: 'y' },
  { country: 'PT', total: 1, tag: 'x' },
  { country: 'PT', total: null },
];

describe('data.summarise', () => {
  it.each([
    ['count', undefined, 4],
    ['count', 'tag', 3],
    ['countDistinct', 'tag', 2],
    ['sum', 'total', 13],
    ['average', 'total', 13 / 3],
    ['min', 'tag', 'x'],
    ['max', 'tag', 'y'],
    ['first', 'total', 5],
    ['last', 'total', 1],
    ['concatenate', 'tag', 'x, y, x'],
    ['append', 'total', [5, '7', 1]],
  ])('%s of %s', async (operation, field, expected) => {
    const operations = [{ operation, ...(field === undefined ? {} : { field }), as: 'is' }];
    const { outputs } = await summarise({ operations }, ...ORDERS);
    expect(outputs.main).toEqual([{ is: expected }]);
  });

  it('parts items into groups in the order they come, and pairs each with its members', async () => {
    const parameters = { groupBy: ['country'], operations: [{ operation: 'sum', field: 'total' }] };
    const { outputs, pairing } = await summarise(parameters, ...ORDERS);
    expect(outputs.main).toEqual([
      { country: 'PT', sum_total: 6 },
      { country: 'DE', sum_total: 7 },
    ]);
    expect(pairing).toEqual({ main: [[0, 2, 3], [1]] });
  });

  it('says which value is no number', async () => {
    const { error } = await summarise(
      { operations: [{ operation: 'sum', field: 'a.b' }] },
      { a: { b: 'many' } },
    );
    expect(error).toMatchObject({
      code: 'data.type',
      message: 'sum of "a.b": expected a number, got "many".',
    });
  });

  it('asks to tell results apart that would have the same name', () => {
    const operations = [
      { operation: 'sum', field: 'net.total' },
      { operation: 'sum', field: 'gross.total' },
      { operation: 'max', field: 'gross.total' },
    ];
    const name = 'sum_total';
    expect(checkNode('data.summarise', { operations })).toEqual([
      { pointer: '/operations/1/as', message: `must tell it from the other result that is called "${name}"` },
    ]);
  });

  it('asks what to make and of which field', () => {
    expect(checkNode('data.summarise', {})).toHaveLength(1);
    expect(checkNode('data.summarise', { operations: [{ operation: 'sum' }] })).toEqual([
      { pointer: '/operations/0/field', message: 'must name the field whose values are taken' },
    ]);
  });
});
