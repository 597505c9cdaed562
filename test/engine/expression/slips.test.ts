import { describe, expect, it } from 'vitest';
import { ExpressionError, parseTemplate, slipsOf } from '../../../engine/expression/template.ts';

const slips = (text: string) => slipsOf(parseTemplate(`{{ ${text} }}`));

const refusal = (text: string): string => {
  try {
    parseTemplate(`{{ ${text} }}`);
  } catch (thrown) {
    if (thrown instanceof ExpressionError) return thrown.message;
  }
  return '';
};

describe('an operator of JavaScript', () => {
  it.each([
    ['$json.a == 1', '; for "==" write "="'],
    ['$json.a === "x"', '; for "===" write "="'],
    ['$json.a !== 1', '; for "!==" write "!="'],
    ['$json.a && $json.b', '; for "&&" write "and"'],
    ['$json.a || "x"', '; for "||" write "or"'],
    ['!$json.a', '; for "!" write "$not(…)"'],
    ['$json.a?.b', '; for "?." write ".": a path gives nothing where a part of it is missing'],
    ['$json.a.map(x => x)', '; for "=>" write "function($x) { … }"'],
  ])('is refused with what is written for it: %s', (text, hint) => {
    const said = refusal(text);
    expect(said).toMatch(/^cannot be read: /);
    expect(said.endsWith(hint), said).toBe(true);
  });

  it('is none where something else is wrong', () => {
    expect(refusal('$json.a ? 1 :')).toBe('cannot be read: Unexpected end of expression');
  });
});

describe('what JavaScript writes and JSONata reads otherwise', () => {
  it.each([
    [
      '$json.name.toUpperCase()',
      'toUpperCase(…) is no function; those there are begin with "$": write $uppercase(…)',
      true,
    ],
    ['$json.tags.push(1)', 'push(…) is no function; those there are begin with "$"', true],
    ['Math.round(1.5)', 'round(…) is no function; those there are begin with "$": write $round(…)', true],
    ['$("Hook").item.json.a', '$(…) calls nothing: write $node("Name")', true],
    [
      '$json["first name"].x',
      '["first name"] is a condition that always holds; for the field write .`first name`',
      false,
    ],
    ['$json.a["b"]', '["b"] is a condition that always holds; for the field write .`b`', false],
    [`\`Hi \${$json.name}\``, 'what stands in backticks is the name of a field; join texts by "&"', false],
  ])('is told, with what is written for it: %s', (text, message, isFatal) => {
    expect(slips(text)).toMatchObject([{ message, isFatal }]);
  });

  it('is told with its place', () => {
    expect(slips('$json["a"]')).toMatchObject([{ position: 9 }]);
  });

  it.each([
    '$uppercase($json.name)',
    '$json.name ~> $uppercase',
    '$json.lines[price > 5].name',
    '$json.lines[kind = "a"][0]',
    '$json.`first name`',
    '($o := {"double": function($x) { $x * 2 }}; $o.double(2))',
    '$map($items, function($v) { $v.json.total })',
    '$node("Hook").json.a',
  ])('is not found in what is right: %s', (text) => {
    expect(slips(text)).toEqual([]);
  });
});
