import { describe, expect, it } from 'vitest';
import { checkNode, runNode } from './run-node.ts';

const given = [{ n: 1 }, { n: 2 }, { n: 3 }];

describe('a filter', () => {
  it('lets through what meets its condition, paired with what it was', async () => {
    const { outputs, pairing } = await runNode({
      type: 'flow.filter',
      parameters: { condition: '{{ $json.n != 2 }}' },
      given,
    });
    expect(outputs).toEqual({ main: [{ n: 1 }, { n: 3 }] });
    expect(pairing).toEqual({ main: [0, 2] });
  });

  it('gives the others by a port of their own where it is told to', async () => {
    const { outputs } = await runNode({
      type: 'flow.filter',
      parameters: { condition: '{{ $json.n > 1 }}', keepRejected: true },
      given,
    });
    expect(outputs).toEqual({ main: [{ n: 2 }, { n: 3 }], rejected: [{ n: 1 }] });
  });

  it('needs a condition that can differ, and a fixed choice of ports', () => {
    expect(checkNode('flow.filter', {})).toEqual([{ pointer: '/condition', message: 'is needed' }]);
    expect(checkNode('flow.filter', { condition: 'yes' })).toHaveLength(1);
    expect(checkNode('flow.filter', { condition: '{{ $json.a }}', keepRejected: '{{ true }}' })).toHaveLength(
      1,
    );
  });
});
