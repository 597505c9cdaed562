import { expect, it } from 'vitest';
import { layout } from '../../../shared/workflows/layout.ts';

const edges = (...written: readonly string[]) =>
  written.map((each) => {
    const [source = '', target = ''] = each.split('>');
    return { source, target };
  });

it('draws what follows to the right, branches below each other, and what joins them behind both', () => {
  const places = layout(['a', 'b', 'c', 'd'], edges('a>b', 'a>c', 'b>d', 'c>d'));
  expect(Object.fromEntries(places)).toEqual({
    a: { x: 0, y: 0 },
    b: { x: 240, y: 0 },
    c: { x: 240, y: 140 },
    d: { x: 480, y: 0 },
  });
});

it('is not led round in a circle, nor to nodes there are not', () => {
  const places = layout(['a', 'b'], edges('a>b', 'b>a', 'b>nowhere'));
  expect([...places.keys()]).toEqual(['a', 'b']);
  expect(places.get('b')).toEqual({ x: 240, y: 0 });
});
