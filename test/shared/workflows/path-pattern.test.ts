import { describe, expect, it } from 'vitest';
import { matchPath } from '../../../shared/workflows/path-pattern.ts';

describe('the path of a webhook', () => {
  it.each([
    ['', '', {}],
    ['', '/', {}],
    ['orders', 'orders', {}],
    ['/orders/', 'orders/', {}],
    ['orders/:id', 'orders/7', { id: '7' }],
    ['orders/:id/lines/:line', 'orders/a%2Fb/lines/%F0%9F%A7%BE', { id: 'a/b', line: '🧾' }],
    ['Rechnung/für', 'Rechnung/f%C3%BCr', {}],
  ])('%o takes %o', (pattern, rest, params) => {
    expect(matchPath(pattern, rest)).toEqual(params);
  });

  it.each([
    ['orders', 'Orders'],
    ['orders', 'orders/7'],
    ['orders/:id', 'orders/'],
    ['orders/:id', 'orders//'],
    ['orders/:id', 'orders'],
    ['orders/:id', 'orders/%zz'],
    ['a/b', 'a%2Fb'],
    ['.*', 'orders'],
  ])('%o does not take %o', (pattern, rest) => {
    expect(matchPath(pattern, rest)).toBeNull();
  });

  it('keeps a parameter called __proto__ as data', () => {
    const params = matchPath(':__proto__', 'x');

    expect(JSON.stringify(params)).toBe('{"__proto__":"x"}');
    expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
  });
});
