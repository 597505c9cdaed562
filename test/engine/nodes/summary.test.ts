import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { makeSummary } from '../../../engine/nodes/summary.ts';
import type { OperationName } from '../../../engine/nodes/summary-operations.ts';

const errorOf = (
  groupBy: readonly string[],
  operation: OperationName,
  rowAt: (index: number) => JsonObject,
) => {
  const summary = makeSummary({ groupBy, operations: [{ operation, field: 'text', separator: ',' }] }, false);
  try {
    for (let index = 0; index < 150_000; index += 1) summary.add(rowAt(index));
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
  return null;
};
const LONG = 'x'.repeat(1_000);

describe('a summary of more rows than fit into memory', () => {
  it('does not grow with them', () => {
    const rowAt = (index: number) => ({ text: `${LONG}${index}`, group: index % 10 });
    expect(errorOf(['group'], 'last', rowAt)).toBeNull();
    expect(errorOf(['group'], 'count', rowAt)).toBeNull();
  });

  it.each<[string, readonly string[], OperationName]>([
    ['groups', ['text'], 'count'],
    ['different values', [], 'countDistinct'],
    ['first values', ['index'], 'first'],
    ['largest values', ['index'], 'max'],
    ['last values', ['index'], 'last'],
    ['joined texts', ['group'], 'concatenate'],
    ['lists of values', ['group'], 'append'],
  ])('fails when its %s do', (_what, groupBy, operation) => {
    const rowAt = (index: number) => ({ text: `${LONG}${index}`, group: index % 10, index });
    expect(errorOf(groupBy, operation, rowAt)).toBe('data.tooMany');
  });

  it('fails for too many groups, however short their names are', () => {
    expect(errorOf(['index'], 'count', (index) => ({ index, text: 'x' }))).toBe('data.tooMany');
  });
});
