import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { evaluateTemplate, parseTemplate } from '../../../engine/expression/template.ts';
import type { JsonObject } from '../../../engine/item.ts';

const json = {
  number: 5,
  text: 'b',
  yes: true,
  no: false,
  nothing: null,
  list: [5],
  pair: [5, 6],
  object: { a: 1 },
};

const evaluate = (text: string, data: JsonObject = json) =>
  evaluateTemplate(parseTemplate(`{{ ${text} }}`), {
    json: data,
    item: { json: data },
    items: [],
    index: 2,
    input: {},
    trigger: { json: {} },
    vars: { limit: 5 },
    secretVars: { key: 'hidden' },
    execution: { id: 'exec_1', mode: 'test' },
    workflow: { id: 'wf_1', name: 'Conditions' },
    now: 0,
    timezone: 'UTC',
    random: () => 0,
    node: () => undefined,
  });

describe('conditions', () => {
  it.each([
    ['$json.number > 4', true],
    ['$json.number <= $vars.limit', true],
    ['4 < $json.number', true],
    ['$json.text = "b"', true],
    ['$json.text != "b"', false],
    ['$json.text >= "c"', false],
    ['$json.yes = true', true],
    ['$json.nothing = null', true],
    ['$json.number = "5"', false],
    ['$index = 2 and ($json.no or $json.number = 5)', true],
    ['$json.no and $json.missing > "x"', false],
  ])('are answered at once: %s', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  const sides = [
    ...Object.keys(json).map((key) => `$json.${key}`),
    '$json.missing',
    '5',
    '"b"',
    'true',
    'null',
    '(6)',
  ];
  const operators = ['=', '!=', '<', '<=', '>', '>=', 'and', 'or'];

  it.each(operators)('mean by %s what JSONata means', async (operator) => {
    for (const left of sides) {
      for (const right of sides) {
        const text = `${left} ${operator} ${right}`;
        const expected = await jsonata(text)
          .evaluate(json, { json })
          .catch(() => 'failed');
        const found = await (async () => evaluate(text))().catch(() => 'failed');
        expect(found, text).toEqual(expected);
      }
    }
  });
});

describe('bounded functions', () => {
  it.each([
    '$spread({"a": 1})',
    '$spread([{"a": 1}])',
    '$spread([{"a": 1, "b": 2}, {"c": 3}])',
    '$spread({})',
    '$spread([])',
    '$spread("x")',
    '$spread(missing)',
    '$string({"f": function($x) { $x }, "g": $uppercase})',
    '$string(function($x) { $x })',
    '$string([0.1 + 0.2, null, "x"])',
    '$pad("x", -4, "ab")',
    '$distinct(missing)',
    '$append(missing, 1)',
    '$zip([1, 2], [3])',
    '$sort(["b", "a"])',
    '$join(["a", "b"], "-")',
    '$split("a-b", "-")',
    '$replace("aba", "a", "$")',
    '$formatNumber(1234.5, "#,##0.00")',
    '$formatNumber(0.5, "0%", {"percent": "p"})',
    '$formatInteger(14, "w")',
    '$parseInteger("fourteen", "w")',
    '$fromMillis(0, "[Y0001]-[M01]-[D01]")',
    '$fromMillis(0)',
    '$toMillis("2026-03-29")',
    '$toMillis("29/03/2026", "[D01]/[M01]/[Y0001]")',
    '$toMillis(missing)',
    '5 ~> $formatNumber("00")',
    '[1, 2].$formatNumber("00")',
  ])('give what JSONata gives: %s', async (text) => {
    const expected: unknown = await jsonata(text).evaluate(json);
    expect(await evaluate(text)).toEqual(
      expected === undefined ? undefined : JSON.parse(JSON.stringify(expected)),
    );
  });
});
