import { describe, expect, it } from 'vitest';
import { checkNode, runNode } from './run-node.ts';

const rules = [
  { condition: '{{ $json.n > 100 }}', output: 'large' },
  { condition: '{{ $json.n > 10 }}', output: 'medium' },
];
const given = [{ n: 5 }, { n: 50 }, { n: 500 }];

describe('flow.switch', () => {
  it('sends an item to the first rule that holds, and others to the fallback', async () => {
    const { outputs, pairing } = await runNode({
      type: 'flow.switch',
      parameters: { rules, fallback: 'small' },
      given,
    });
    expect(outputs).toEqual({ large: [{ n: 500 }], medium: [{ n: 50 }], small: [{ n: 5 }] });
    expect(pairing).toEqual({ large: [2], medium: [1], small: [0] });
  });

  it('sends to all that hold when asked to, and drops what matches nothing', async () => {
    const { outputs } = await runNode({
      type: 'flow.switch',
      parameters: { rules, allMatching: true },
      given,
    });
    expect(outputs).toEqual({ large: [{ n: 500 }], medium: [{ n: 50 }, { n: 500 }] });
  });

  it('goes by an expression that names an output', async () => {
    const parameters = { mode: 'expression', output: '{{ $json.kind }}', outputs: ['a', 'b'] };
    const { outputs } = await runNode({
      type: 'flow.switch',
      parameters,
      given: [{ kind: 'b' }, { kind: 'a' }, {}],
    });
    expect(outputs).toEqual({ a: [{ kind: 'a' }], b: [{ kind: 'b' }] });
  });

  it('fails for a name that is no output, unless there is a fallback', async () => {
    const parameters = { mode: 'expression', output: 'c', outputs: ['a'] };
    const { error } = await runNode({ type: 'flow.switch', parameters });
    expect(error?.code).toBe('switch.unknownOutput');
    const saved = await runNode({ type: 'flow.switch', parameters: { ...parameters, fallback: 'rest' } });
    expect(saved.outputs).toEqual({ rest: [{}] });
  });

  it.each([
    ['no rules', {}, '/rules'],
    ['a rule without a condition', { rules: [{ output: 'a' }] }, '/rules/0/condition'],
    [
      'an output that is an expression',
      { rules: [{ condition: '{{ a }}', output: '{{ b }}' }] },
      '/rules/0/output',
    ],
    ['a fallback that is an expression', { rules, fallback: '{{ b }}' }, '/fallback'],
    ['no expression', { mode: 'expression', outputs: ['a'] }, '/output'],
    ['no outputs', { mode: 'expression', output: '{{ a }}' }, '/outputs'],
  ])('is told of %s before it runs', (_, parameters, pointer) => {
    expect(checkNode('flow.switch', parameters).map((found) => found.pointer)).toContain(pointer);
  });
});
