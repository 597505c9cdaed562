import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const GIVEN = [
  { id: 1, mail: 'a', at: 1 },
  { id: 2, mail: 'b', at: 1 },
  { id: 3, mail: 'a', at: 2 },
];
const dedupe = (parameters: JsonObject, given: readonly JsonObject[] = GIVEN) =>
  runNode({ type: 'data.removeDuplicates', parameters, given });

describe('data.removeDuplicates', () => {
  it('compares whole items, whatever the order of their fields', async () => {
    const { outputs, pairing } = await dedupe({}, [
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 3, c: 2 }, a: 1 },
      { a: 2 },
    ]);
    expect(outputs.main).toEqual([{ a: 1, b: { c: 2, d: 3 } }, { a: 2 }]);
    expect(pairing).toEqual({ main: [0, 2], duplicates: [1] });
  });

  it('asks how named fields are meant, and which they are', () => {
    expect(checkNode('data.removeDuplicates', { fields: ['mail'] })).toEqual([
      { pointer: '/compare', message: expect.stringContaining('"selected"') },
    ]);
    expect(checkNode('data.removeDuplicates', { compare: 'selected' })).toMatchObject([
      { pointer: '/fields' },
    ]);
  });

  it.each([
    ['first', [1, 2], [3]],
    ['last', [2, 3], [1]],
  ])('keeps the %s of those equal in some fields', async (keep, kept, dropped) => {
    const { outputs } = await dedupe({ compare: 'selected', fields: ['mail'], keep });
    expect(outputs.main?.map(({ id }) => id)).toEqual(kept);
    expect(outputs.duplicates?.map(({ id }) => id)).toEqual(dropped);
  });

  it('compares all fields but some', async () => {
    const { outputs } = await dedupe({ compare: 'allExcept', fields: ['id', 'at'] });
    expect(outputs.main?.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('tells values of different types apart', async () => {
    const { outputs } = await dedupe({ compare: 'selected', fields: ['v'] }, [
      { v: 1 },
      { v: '1' },
      { v: null },
      {},
    ]);
    expect(outputs.main).toEqual([{ v: 1 }, { v: '1' }, { v: null }]);
  });

  it('remembers what it has let through', async () => {
    const { outputs, pairing } = await dedupe({ compare: 'selected', fields: ['mail'], memory: 'mails' });
    expect(outputs.main?.map(({ id }) => id)).toEqual([1, 2]);
    expect(pairing).toEqual({ main: [0, 1], duplicates: [2] });
  });

  it('asks which fields', () => {
    expect(checkNode('data.removeDuplicates', { compare: 'selected' })).toHaveLength(1);
  });
});
