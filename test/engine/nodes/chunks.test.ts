import { expect, it } from 'vitest';
import { chunksOf } from '../../../engine/nodes/chunks.ts';

it.each([
  ['a short text', 'hello', ['hello']],
  ['no text', '', ['']],
  ['blank space', '                         ', []],
  ['lines', 'one two\nthree four', ['one two', 'three four']],
  ['words', 'one two three four', ['one two', 'three four']],
  ['paragraphs first', 'one\ntwo\n\nthree', ['one\ntwo', 'three']],
  ['one long word', 'abcdefghijklmno', ['abcdefghij', 'klmno']],
  ['a break too early to use', 'a bcdefghijklm', ['a bcdefghi', 'jklm']],
])('parts %s', (_, text, expected) => {
  expect(chunksOf(text, 10)).toEqual(expected);
});

it('parts no character', () => {
  const chunks = chunksOf('😀'.repeat(20), 7);
  expect(chunks.join('')).toBe('😀'.repeat(20));
  for (const chunk of chunks) expect(chunk.isWellFormed()).toBe(true);
});

it('loses nothing but the space at the breaks', () => {
  const text = Array.from({ length: 500 }, (_, n) => `word${n}`).join(' ');
  const chunks = chunksOf(text, 100);
  expect(chunks.join(' ')).toBe(text);
  expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(100);
});
