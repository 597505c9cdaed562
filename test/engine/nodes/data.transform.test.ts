import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const transform = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'data.transform', parameters, given });

describe('data.transform', () => {
  it('evaluates for each item; a list becomes an item each, nothing none', async () => {
    const { outputs, pairing } = await transform(
      { result: '{{ $json.lines.{ "sku": s } }}' },
      { lines: [{ s: 'a' }, { s: 'b' }] },
      { other: 1 },
      { lines: [{ s: 'c' }] },
    );
    expect(outputs.main).toEqual([{ sku: 'a' }, { sku: 'b' }, { sku: 'c' }]);
    expect(pairing).toEqual({ main: [0, 0, 2] });
  });

  it('evaluates once over all items', async () => {
    const { outputs, pairing } = await transform(
      { over: 'all', result: '{{ { "total": $sum($items.json.n) } }}' },
      { n: 1 },
      { n: 2 },
    );
    expect(outputs.main).toEqual([{ total: 3 }]);
    expect(pairing).toEqual({ main: 'all' });
  });

  it('puts what is no object under data', async () => {
    expect((await transform({ result: '{{ $json.n * 2 }}' }, { n: 2 })).outputs.main).toEqual([{ data: 4 }]);
  });

  it('fails with what the expression says', async () => {
    const { error } = await transform({ result: '{{ $error("no such luck") }}' }, {});
    expect(error).toMatchObject({
      code: 'expression.failed',
      message: expect.stringContaining('no such luck'),
    });
  });

  it('asks for a result', () => {
    expect(checkNode('data.transform', {})).toHaveLength(1);
  });
});
