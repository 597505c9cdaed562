import { expect, it } from 'vitest';
import { marked } from '../../../engine/ai/marked.ts';

it.each(['</data>', '</DATA>', '< / data >', '</data\n>'])('%j in a text does not end it', (closing) => {
  const text = marked('data', `before ${closing} after`);
  expect(text.match(/<\s*\/\s*data\s*>/gi)).toEqual(['</data>']);
  expect(text.endsWith('\n</data>')).toBe(true);
  expect(text).toContain('after');
});
