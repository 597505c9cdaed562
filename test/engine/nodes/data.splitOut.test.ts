import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const splitOut = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'data.splitOut', parameters, given });

describe('data.splitOut', () => {
  it('makes an item of each element, each paired with the item it was in', async () => {
    const { outputs, pairing } = await splitOut(
      { field: 'a.list' },
      { a: { list: [{ id: 1 }, 2] } },
      { a: { list: [3] } },
    );
    expect(outputs.main).toEqual([{ id: 1 }, { list: 2 }, { list: 3 }]);
    expect(pairing).toEqual({ main: [0, 0, 1] });
  });

  it.each([
    ['none', { el: 1 }],
    ['all', { x: 1, y: { z: 2 }, el: 1 }],
    ['selected', { y: { z: 2 }, el: 1 }],
  ])('keeps %s of the other fields', async (keep, expected) => {
    const parameters = { field: 'list', keep, selected: ['y.z'], destination: 'el' };
    const { outputs } = await splitOut(parameters, { x: 1, y: { z: 2 }, list: [1] });
    expect(outputs.main).toEqual([expected]);
  });

  it('counts another value as one element and nothing as none', async () => {
    const { outputs, pairing } = await splitOut({ field: 'v' }, { v: 'x' }, { v: null }, {}, { v: [] });
    expect(outputs.main).toEqual([{ v: 'x' }]);
    expect(pairing).toEqual({ main: [0] });
  });

  it('refuses more elements than an execution can bear', async () => {
    const { error } = await splitOut({ field: 'v' }, { v: Array.from({ length: 100_001 }, () => 0) });
    expect(error?.code).toBe('data.tooMany');
  });

  it('asks for the list', () => {
    expect(checkNode('data.splitOut', {})).toEqual([{ pointer: '/field', message: 'must name the list' }]);
  });
});
