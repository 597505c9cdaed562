import { describe, expect, it } from 'vitest';
import { checkCondition, holds } from '../../../engine/nodes/conditions.ts';

const compare = (left: unknown, operator: string, right?: unknown) =>
  holds({ conditions: [{ left, operator, right }] });

describe('operators', () => {
  it.each<[left: unknown, operator: string, right: unknown, result: boolean]>([
    [1, 'equals', 1, true],
    [{ a: 1, b: [2] }, 'equals', { b: [2], a: 1 }, true],
    [[1], 'equals', { 0: 1 }, false],
    [{ a: 1 }, 'equals', { a: 1, b: 2 }, false],
    [null, 'equals', undefined, false],
    ['a', 'notEquals', 'b', true],
    [2, 'greater', 10, false],
    ['b', 'greater', 'a', true],
    [2, 'greaterOrEqual', 2, true],
    ['2026-01-05', 'less', '2026-02-01', true],
    [3, 'lessOrEqual', 2, false],
    ['order', 'contains', 'rde', true],
    [[{ id: 1 }], 'contains', { id: 1 }, true],
    [undefined, 'contains', 'a', false],
    ['order', 'notContains', 'x', true],
    ['order', 'startsWith', 'or', true],
    ['order', 'endsWith', 'er', true],
    ['o-17', 'matches', '^o-\\d+$', true],
    ['x-17', 'matches', '^o-\\d+$', false],
    [17, 'matches', '17', false],
    ['b', 'in', ['a', 'b'], true],
    [0, 'exists', undefined, true],
    [null, 'exists', undefined, false],
    [undefined, 'notExists', undefined, true],
    [{}, 'isEmpty', undefined, true],
    ['', 'isNotEmpty', undefined, false],
    [true, 'isTrue', undefined, true],
    ['true', 'isTrue', undefined, false],
    [false, 'isFalse', undefined, true],
  ])('%j %s %j is %s', (left, operator, right, result) => {
    expect(compare(left, operator, right)).toBe(result);
  });

  it('refuses to order what has no order', () => {
    expect(() => compare('12', 'greater', 3)).toThrow('these are the text "12" and the number 3.');
  });

  it('matches in linear time, and says what is wrong with a pattern', () => {
    expect(compare('a'.repeat(50_000), 'matches', '^(a+)+b$')).toBe(false);
    expect(() => compare('a', 'matches', '(')).toThrow(/regular expression/);
  });
});

describe('a condition', () => {
  it.each([
    ['and', [true, true], true],
    ['and', [true, false], false],
    ['or', [false, true], true],
    ['or', [false, false], false],
  ])('joins by %s: %j is %s', (combine, values, result) => {
    const conditions = values.map((left) => ({ left, operator: 'isTrue' }));
    expect(holds({ combine, conditions })).toBe(result);
  });

  it.each([
    [undefined, false],
    [null, false],
    [0, false],
    ['', false],
    ['false', true],
    [[], false],
    [[0, ''], false],
    [[0, 1], true],
    [{}, false],
    [{ a: 0 }, true],
  ])('that gives %j is %s, as $boolean has it', (value, result) => {
    expect(holds(value)).toBe(result);
  });
});

describe('a written condition', () => {
  it.each<[string, unknown, string[]]>([
    ['an expression', '{{ $json.a }}', []],
    ['a fixed boolean', true, []],
    ['text without an expression', '$json.a > 1', ['/c']],
    ['text around an expression', 'yes: {{ $json.a }}', ['/c']],
    ['text between two expressions', '{{ $json.a }} and {{ $json.b }}', ['/c']],
    ['an expression with braces of its own', '{{ $json.a = {"}}": {}} }}', []],
    ['comparisons', { conditions: [{ left: '{{ $json.a }}', operator: 'equals', right: 1 }] }, []],
    ['comparisons of constants', { conditions: [{ left: 1, operator: 'equals', right: 1 }] }, ['/c']],
    [
      'an unknown operator',
      { conditions: [{ left: '{{ $json.a }}', operator: 'is' }] },
      ['/c/conditions/0/operator'],
    ],
    ['an object that is no comparison', { left: '{{ $json.a }}' }, ['/c/conditions', '/c']],
    [
      'a bad pattern',
      { conditions: [{ left: '{{ $json.a }}', operator: 'matches', right: '(?=a)' }] },
      ['/c/conditions/0/right'],
    ],
  ])('%s', (_, written, pointers) => {
    expect(checkCondition(written, '/c').map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
