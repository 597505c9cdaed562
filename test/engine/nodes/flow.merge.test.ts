import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const inputs: Record<'input1' | 'input2', JsonObject[]> = {
  input1: [{ id: 1, a: 'x' }, { id: 2, a: 'y' }, { a: 'keyless' }],
  input2: [{ id: 2, b: 'p' }, { id: 2, b: 'q' }, { id: 3, b: 'r' }, { b: 'keyless' }],
};
const merge = (parameters: Record<string, string | number | string[]>) =>
  runNode({ type: 'flow.merge', parameters, inputs });

describe('flow.merge', () => {
  it('appends, in the order of its inputs', async () => {
    const { outputs, pairing } = await merge({ mode: 'append' });
    expect(outputs.main).toEqual([...inputs.input1, ...inputs.input2]);
    expect(pairing).toEqual({ main: [[0], [1], [2], [3], [4], [5], [6]] });
  });

  const both = [
    { id: 2, a: 'y', b: 'p' },
    { id: 2, a: 'y', b: 'q' },
  ];
  const [first, , keyless] = inputs.input1;
  it.each([
    ['inner', both],
    ['left', [first, ...both, keyless]],
    ['outer', [first, ...both, keyless, { id: 3, b: 'r' }, { b: 'keyless' }]],
  ])(
    'joins by key (%s): equal keys give every pair, a missing key matches nothing',
    async (join, expected) => {
      const { outputs } = await merge({ mode: 'combineByKey', keys: ['id'], join });
      expect(outputs.main).toEqual(expected);
    },
  );

  it('pairs what it joined with both sides', async () => {
    const { pairing } = await merge({ mode: 'combineByKey', keys: ['id'] });
    expect(pairing).toEqual({
      main: [
        [1, 3],
        [1, 4],
      ],
    });
  });

  it('joins by position; later inputs win', async () => {
    const { outputs } = await merge({ mode: 'combineByPosition' });
    expect(outputs.main).toEqual([
      { id: 2, a: 'x', b: 'p' },
      { id: 2, a: 'y', b: 'q' },
      { id: 3, a: 'keyless', b: 'r' },
      { b: 'keyless' },
    ]);
  });

  it('joins by objects whatever the order of their fields', async () => {
    const { outputs } = await runNode({
      type: 'flow.merge',
      parameters: { mode: 'combineByKey', keys: ['at'] },
      inputs: { input1: [{ at: { x: 1, y: 2 }, a: 1 }], input2: [{ at: { y: 2, x: 1 }, b: 2 }] },
    });
    expect(outputs.main).toEqual([{ at: { x: 1, y: 2 }, a: 1, b: 2 }]);
  });

  it('chooses a branch', async () => {
    const { outputs, pairing } = await merge({ mode: 'chooseBranch', branch: 2 });
    expect(outputs.main).toEqual(inputs.input2);
    expect(pairing).toEqual({ main: [[3], [4], [5], [6]] });
  });

  it('fails rather than to multiply without end', async () => {
    const same = Array.from({ length: 320 }, () => ({ id: 1 }));
    const { error } = await runNode({
      type: 'flow.merge',
      parameters: { mode: 'combineByKey', keys: ['id'] },
      inputs: { input1: same, input2: same },
    });
    expect(error?.code).toBe('merge.tooMany');
  });

  it.each([
    ['no key', { mode: 'combineByKey' }, '/keys'],
    ['three inputs to join by key', { mode: 'combineByKey', keys: ['a'], inputs: 3 }, '/inputs'],
    ['a branch there is not', { mode: 'chooseBranch', branch: 3 }, '/branch'],
    ['an expression for the number of inputs', { inputs: '{{ 2 }}' }, '/inputs'],
  ])('is told of %s before it runs', (_, parameters, pointer) => {
    expect(checkNode('flow.merge', parameters).map((found) => found.pointer)).toContain(pointer);
  });
});
