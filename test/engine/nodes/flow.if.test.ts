import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const given = [{ n: 5 }, { n: 50 }, { n: 500 }];

describe('flow.if', () => {
  it('sends each item one way, and pairing tells which it was', async () => {
    const { outputs, pairing } = await runNode({
      type: 'flow.if',
      parameters: { condition: '{{ $json.n > 10 }}' },
      given,
    });
    expect(outputs).toEqual({ true: [{ n: 50 }, { n: 500 }], false: [{ n: 5 }] });
    expect(pairing).toEqual({ true: [1, 2], false: [0] });
  });

  it('compares by operators', async () => {
    const condition: JsonObject = {
      combine: 'or',
      conditions: [
        { left: '{{ $json.n }}', operator: 'less', right: 10 },
        { left: '{{ $json.missing }}', operator: 'exists' },
      ],
    };
    const { outputs } = await runNode({ type: 'flow.if', parameters: { condition }, given });
    expect(outputs).toEqual({ true: [{ n: 5 }], false: [{ n: 50 }, { n: 500 }] });
  });

  it('takes a condition that gives nothing for false', async () => {
    const { outputs } = await runNode({ type: 'flow.if', parameters: { condition: '{{ $json.missing }}' } });
    expect(outputs).toEqual({ false: [{}] });
  });

  it('fails where a comparison cannot be made', async () => {
    const condition = { conditions: [{ left: '{{ $json.n }}', operator: 'greater', right: 'a' }] };
    const { error } = await runNode({ type: 'flow.if', parameters: { condition }, given });
    expect(error?.code).toBe('condition.notComparable');
  });

  it('needs a condition', () => {
    expect(checkNode('flow.if', {})).toEqual([{ pointer: '/condition', message: 'is needed' }]);
  });
});
