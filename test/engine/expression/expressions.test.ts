import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeError } from '../../../engine/errors.ts';
import {
  computedVariables,
  ExpressionError,
  type ExpressionScope,
  evaluateTemplate,
  parseTemplate,
  referencedNodes,
  unknownNamesIn,
} from '../../../engine/expression/template.ts';
import type { Json } from '../../../engine/item.ts';

const order = {
  id: 'A-17',
  total: 250,
  paid: false,
  note: null,
  'ship to': { city: 'Zürich' },
  lines: [
    { sku: 'x', quantity: 2 },
    { sku: 'y', quantity: 1 },
  ],
  one: [7],
  none: [],
};
const item = { json: order };

const scope = (overrides: Partial<ExpressionScope> = {}): ExpressionScope => ({
  json: order,
  item,
  items: [item, { json: { id: 'B' } }],
  index: 0,
  input: { main: [item] },
  trigger: { json: { body: { hello: 'world' } } },
  vars: { limit: 100 },
  secretVars: { key: 'hidden' },
  execution: { id: 'exec_1', mode: 'production' },
  workflow: { id: 'wf_1', name: 'Orders' },
  now: Date.UTC(2026, 2, 29, 0, 30),
  timezone: 'Europe/Berlin',
  random: () => 0.25,
  node: (name) =>
    name === 'Order' ? { json: order, item, items: [item], first: item, last: item } : undefined,
  ...overrides,
});

const evaluate = async (template: Json, overrides = {}) =>
  evaluateTemplate(parseTemplate(template), scope(overrides));

describe('templates', () => {
  it('take a field called __proto__ for a field', async () => {
    const made = await evaluate(JSON.parse('{"__proto__":{"polluted":"{{ $json.id }}"},"b":1}'));

    expect(JSON.stringify(made)).toBe(`{"__proto__":{"polluted":${JSON.stringify(order.id)}},"b":1}`);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
  });

  it.each<[string, Json, Json | undefined]>([
    ['keeps what holds no expression', { a: [1, 'x', null] }, { a: [1, 'x', null] }],
    ['keeps the type of a text that is one expression', '{{ $json.total }}', 250],
    ['joins text', 'Order {{ $json.id }}: {{ $json.total }}', 'Order A-17: 250'],
    ['writes objects into text as JSON', '{{ $json.one }} {{ $json.`ship to` }}', '[7] {"city":"Zürich"}'],
    ['writes nothing into text for what is missing', '<{{ $json.missing }}{{ $json.note }}>', '<>'],
    [
      'leaves out fields that are undefined',
      { a: '{{ $json.missing }}', b: '{{ $json.note }}' },
      { b: null },
    ],
    ['puts null for undefined into lists', ['{{ $json.missing }}', 1], [null, 1]],
    ['reaches into nested objects', { a: { b: ['{{ $json.id }}'] } }, { a: { b: ['A-17'] } }],
    ['lets an expression hold braces', '{{ {"a": {"b": $json.id}} }}', { a: { b: 'A-17' } }],
    ['lets a text in an expression hold braces', '{{ "}}" & $json.id }}', '}}A-17'],
    ['does not evaluate what data bring', '{{ $json.evil }}', undefined],
  ])('%s', async (_fact, template, expected) => {
    expect(await evaluate(template)).toEqual(expected);
  });

  it('never evaluate what an expression gives', async () => {
    expect(await evaluate('{{ $json.text }}', { json: { text: '{{ 1 + 1 }}' } })).toBe('{{ 1 + 1 }}');
  });

  it.each([
    ['{{ $vars.key }}', 'hidden'],
    ['Bearer {{$vars.key}}!', 'Bearer hidden!'],
    ['{{ $vars.`key` }}', 'hidden'],
    ['{{ $vars.key & "" }}', ''],
    ['{{ ($vars.key) }}', undefined],
    ['{{ $vars.(key) }}', undefined],
    ['{{ $vars.key.length }}', undefined],
    ['{{ $lookup($vars, "key") }}', undefined],
    ['{{ $vars.key = "hidden" }}', false],
    ['{{ $vars.key = $vars.key }}', false],
    ['{{ $vars }}', { limit: 100 }],
    ['{{ $vars.* }}', 100],
    ['{{ $json.$vars.key }}', undefined],
    ['{{ $vars[0].key }}', undefined],
    ['{{ $vars.constructor }}', undefined],
  ])('give a secret variable only as it is: %s', async (template, expected) => {
    expect(await evaluate(template)).toEqual(expected);
  });

  it('name the variables they compute something from', () => {
    expect(
      computedVariables(parseTemplate(['{{ $vars.a }}', '{{ $uppercase($vars.b) }} {{ $vars.c.d }}'])),
    ).toEqual(['b', 'c']);
  });

  it('name the nodes they read', () => {
    expect(
      referencedNodes(
        parseTemplate({ a: 'x {{ $node("A").json.b }}', b: ['{{ $count($node("B").items) }}'] }),
      ),
    ).toEqual(['A', 'B']);
  });
});

describe('expressions', () => {
  it.each<[string, Json | undefined]>([
    ['$json.id', 'A-17'],
    ['$json."ship to".city', 'Zürich'],
    ['$json.lines.sku', ['x', 'y']],
    ['$json.lines[1].sku', 'y'],
    ['$json.lines', order.lines],
    ['$json.one', [7]],
    ['$json.none', []],
    ['$json.note', null],
    ['$json.note.deeper', undefined],
    ['$json.id.deeper', undefined],
    ['total', 250],
    ['$item.json.id', 'A-17'],
    ['$items[1].json.id', 'B'],
    ['$index', 0],
    ['$input.main[0].json.id', 'A-17'],
    ['$trigger.json.body.hello', 'world'],
    ['$vars.limit', 100],
    ['$execution.id', 'exec_1'],
    ['$workflow.name', 'Orders'],
    ['$now', '2026-03-29T00:30:00.000Z'],
    ['$today', '2026-03-29'],
    ['$node("Order").json.id', 'A-17'],
    ['$node("Order").first.json.total', 250],
    ['$count($node("Order").items)', 1],
    ['$json.total > $vars.limit and $not($json.paid)', true],
    ['$sum($json.lines.quantity)', 3],
    ['$sort($json.lines, function($a, $b) { $a.quantity > $b.quantity }).sku', ['y', 'x']],
    ['$sort([3,1,2])', [1, 2, 3]],
    ['$distinct([1,1,{"a":1,"b":2},{"b":2,"a":1}])', [1, { a: 1, b: 2 }]],
    ['$replace("a-b-c", "-", "+")', 'a+b+c'],
    ['$replace("a1b22", /([0-9]+)/, "<$1>")', 'a<1>b<22>'],
    ['$replace("abc", /b/, function($m) { $uppercase($m.match) })', 'aBc'],
    ['$split("a, b,c", /,\\s*/)', ['a', 'b', 'c']],
    ['$split("a b c", " ", 2)', ['a', 'b']],
    ['$join($json.lines.sku, "+")', 'x+y'],
    ['$pad("7", -3, "0")', '007'],
    ['$pad("7", 3) & "|"', '7  |'],
    ['$string({"a": 0.1 + 0.2})', '{"a":0.3}'],
    ['$string("x")', 'x'],
    ['$append([1], 2)', [1, 2]],
    [
      '$zip([1,2],[3,4])',
      [
        [1, 3],
        [2, 4],
      ],
    ],
    ['$match("a1b2", /[0-9]/).match', ['1', '2']],
    ['$contains("Hello", /HELL/i)', true],
    ['$toJson("x")', '"x"'],
    ['$hash("Café")', '73473dcc12b763085904a5279d048c4d5b3b008c46f1f32443b99de04aa83a14'],
    ['$hash("", "md5", "base64url")', '1B2M2Y8AsgTpgAmY7PhCfg'],
    ['$parseJson("{\\"a\\":1}").a', 1],
    ['$ifEmpty("", "none")', 'none'],
    ['$isEmpty([])', true],
    ['$escapeHtml("<b>Zoë & \'Ada\'</b>")', '&#60;b&#62;Zoë &#38; &#39;Ada&#39;&#60;/b&#62;'],
    ['$slugify("Café Zoë – Größe!")', 'cafe-zoe-große'],
    ['$formatDate($now, "yyyy-MM-dd HH:mm")', '2026-03-29 01:30'],
    ['$formatDate($now, "HH:mm", "Asia/Tokyo")', '09:30'],
    ['$addTime($now, 2, "hours")', '2026-03-29T02:30:00.000Z'],
    ['$startOf($now, "day")', '2026-03-28T23:00:00.000Z'],
    ['$startOf("2026-03-29T12:00:00Z", "day")', '2026-03-28T23:00:00.000Z'],
    ['$startOf("2026-03-30T12:00:00Z", "day")', '2026-03-29T22:00:00.000Z'],
    ['$startOf("2026-10-25T01:30:00Z", "hour")', '2026-10-25T01:00:00.000Z'],
    ['$startOf("2026-10-25T00:30:00Z", "hour")', '2026-10-25T00:00:00.000Z'],
    ['$startOf($now, "week", "UTC")', '2026-03-23T00:00:00.000Z'],
    ['$startOf($now, "month", "Asia/Kolkata")', '2026-02-28T18:30:00.000Z'],
    ['$startOf($now, "hour", "Asia/Kolkata")', '2026-03-29T00:30:00.000Z'],
    ['$startOf($now, "year", "America/New_York")', '2026-01-01T05:00:00.000Z'],
    ['$base64("Zoë 😀")', 'Wm/DqyDwn5iA'],
    ['$unbase64("Wm_DqyDwn5iA")', 'Zoë 😀'],
    ['$shuffle([1,2,3,4])', [4, 3, 1, 2]],
    ['$string({"f": $uppercase})', '{"f":""}'],
    ['$diffTime("2026-01-01T00:00:00Z", "2026-01-03T12:00:00Z", "days")', 2.5],
    ['$random()', 0.25],
    ['$millis()', 1774744200000],
    ['$missing', undefined],
    ['[1..5]', [1, 2, 3, 4, 5]],
  ])('%s', async (text, expected) => {
    expect(await evaluate(`{{ ${text} }}`)).toEqual(expected);
  });

  it('answer plain paths at once', () => {
    const path = evaluateTemplate(
      parseTemplate({ a: '{{ $json.id }}', b: 'x{{ $vars.limit }}', c: '{{ $node("Order").json.id }}' }),
      scope(),
    );

    expect(path).toEqual({ a: 'A-17', b: 'x100', c: 'A-17' });
  });

  it.each([
    ['$json.', 'expected'],
    ['1 +', ''],
    ['$json.id = ', ''],
    ['/(a/', ''],
    ['/(?=a)/', 'linear'],
    ['$replace(x, /b/, "c") ?: "z"', 'regular expression'],
    ['$contains(x, /b/) ?? "z"', 'regular expression'],
    ['[$split(x, /b/)[0] ?: "z"]', 'regular expression'],
    [`"${'x'.repeat(20_001)}"`, 'longer'],
  ])('that cannot run are refused: %s', (text, reason) => {
    const parse = () => parseTemplate(`{{ ${text} }}`);

    expect(parse).toThrow(ExpressionError);
    expect(parse).toThrow(new RegExp(reason, 'i'));
  });

  it.each([
    '$json.a ?: "z"',
    '$json.a ?? /x/',
    '($x := $replace("b", /b/, "c"); $x ?: "z")',
    '$contains("b", /b/) ? 1 : 2',
  ])('with defaults but no regular expression before them are fine: %s', (text) => {
    expect(() => parseTemplate(`{{ ${text} }}`)).not.toThrow();
  });

  it.each(['{{ $json.id', 'a {{', '{{ "x }}'])('without an end are refused: %s', (text) => {
    expect(() => parseTemplate(text)).toThrow(ExpressionError);
  });

  it.each([
    ['$node("Nobody").json', 'expression.nodeUnknown'],
    ['$number("abc")', 'expression.failed'],
    ['$eval("1")', 'expression.failed'],
    ['function($x) { $x }', 'expression.notJson'],
    ['$uppercase', 'expression.notJson'],
    ['$sort([1, "a"])', 'expression.failed'],
    ['$replace("abc", /x*/, "y")', 'expression.failed'],
    ['$formatDate($now, "HH", "Mars/Olympus")', 'expression.failed'],
    ['$formatDate($now, "YYYY-MM-DD")', 'expression.failed'],
    ['$addTime("soon", 1, "hours")', 'expression.failed'],
    ['$startOf($now, "fortnight")', 'expression.failed'],
    ['$unbase64("%%%")', 'expression.failed'],
    ['$base64(1)', 'expression.failed'],
  ])('that fail say so: %s', async (text, code) => {
    await expect((async () => evaluate(`{{ ${text} }}`))()).rejects.toMatchObject({ code });
  });
});

describe('a time that says no zone', () => {
  const before = process.env.TZ;
  beforeAll(() => {
    process.env.TZ = 'America/New_York';
  });
  afterAll(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it.each<[string, Json]>([
    ['$formatDate("2026-03-29T01:30", "HH:mm", "UTC")', '01:30'],
    ['$addTime("2026-03-29T01:30:00.5", 0, "hours")', '2026-03-29T01:30:00.500Z'],
    ['$toMillis("1970-01-02T00:00:00")', 86_400_000],
    ['$toMillis("1970-01-02T00:00:00+01:00")', 82_800_000],
    ['$toMillis("2 Jan 1970", "[D] [MNn,*-3] [Y]")', 86_400_000],
  ])('%s is in UTC wherever the machine stands', async (expression, expected) => {
    expect(await evaluate(`{{ ${expression} }}`)).toEqual(expected);
  });
});

describe('an expression that fails', () => {
  it.each([
    ['1 + "a"', 'The expression {{ 1 + "a" }} failed: The right side of the "+" operator'],
    ['$nope(1)', 'The expression {{ $nope(1) }} failed: there is no function $nope'],
    ['$uppercase(1)', 'The expression {{ $uppercase(1) }} failed: Argument 1 of function "uppercase"'],
  ])('tells its text and the reason: %s', async (text, message) => {
    await expect((async () => evaluate(`{{ ${text} }}`))()).rejects.toMatchObject({
      code: 'expression.failed',
      message: expect.stringContaining(message),
    });
  });

  it('tells the beginning of a long text', async () => {
    const failing = (async () => evaluate(`{{ 1 + "${'x'.repeat(500)}" }}`))();
    const message = await failing.then(String, ({ message }: Error) => message);
    expect(message).toContain(`1 + "${'x'.repeat(195)}… }} failed`);
  });
});

describe('names with a $', () => {
  const unknown = (text: string) =>
    unknownNamesIn(parseTemplate(`{{ ${text} }}`)).map(
      ({ name, isCalled }) => `${name}${isCalled ? '()' : ''}`,
    );

  it.each([
    ['$nope(1)', ['nope()']],
    ['1 ~> $nope', ['nope()']],
    ['$map([1], $nope)', ['nope']],
    ['$env.HOME', ['env']],
    ['$a & $a & $a()', ['a()']],
    ['items[$x = 1]^(>$y){"k": $z}', ['x', 'y', 'z']],
  ])('that nobody has made are found: %s', (text, names) => {
    expect(unknown(text).sort()).toEqual(names);
  });

  it.each([
    '($f := function($a) { $a + 1 }; $f(1))',
    'a@$x#$i.b[$x.c = $i]',
    'a[$i]#$i',
    '$map($items, function($v, $k) { $v.json & $k })',
    '$node("Start").json & $$ & $ & $now & $millis()',
    '$slugify($trigger.json.a) & $vars.b & $response & $pageCount & $parameters.x',
  ])('of ours, of JSONata and of the expression itself are known: %s', (text) => {
    expect(unknown(text)).toEqual([]);
  });

  it('that JSONata brings are all known', () => {
    const source = readFileSync(new URL('../../../node_modules/jsonata/jsonata.js', import.meta.url), 'utf8');
    const brought = [...source.matchAll(/staticFrame\.bind\('(\w+)'/g)].map(([, name]) => name ?? '');
    expect(brought.length).toBeGreaterThan(50);
    expect(brought.flatMap((name) => unknown(`$${name}()`))).toEqual([]);
  });
});

describe('limits', () => {
  it.each([
    ['$pad("x", 50000000)'],
    ['$sort([1..300000])'],
    ['[1..10000000]'],
    ['$sort([1..60000], function($a, $b) { $a < $b })'],
    ['($f := function($n) { $f($n + 1) + 1 }; $f(0))'],
    ['($f := function($n) { $f($n + 1) }; $f(0))'],
    ['$map([1..100000], function($x) { $map([1..100000], function($y) { $x * $y }) })'],
    ['$reduce([1..60], function($a, $x) { $a & $a }, "xxxxxxxx")'],
    ['$reduce([1..60], function($a, $x) { $append($a, $a) }, [1])'],
    ['$string($reduce([1..30], function($a, $x) { {"l": $a, "r": $a} }, {}))'],
    ['$reduce([1..30], function($a, $x) { {"l": $a, "r": $a} }, {})'],
    ['$reduce([1..30], function($a, $x) { {"l": $a, "r": $a} }, {}) & ""'],
    ['$toJson($reduce([1..30], function($a, $x) { [[$a, $a]] }, [[1]]))'],
    ['($a := $reduce([1..30], function($a, $x) { {"l": $a, "r": $a} }, {}); $a = $a)'],
    ['$clone($reduce([1..30], function($a, $x) { {"l": $a, "r": $a} }, {}))'],
    ['$reduce([1..30], function($a, $x) { $zip($a, $a) }, [1, 2])'],
    ['$formatNumber(1, $pad("", 4000000, "0"))'],
    ['$formatInteger(12, $pad("", 1000000, "0"))'],
    ['$toMillis($pad("", 90, "1") & "x", $pad("", 60, "[Y]"))'],
    ['$shuffle([1..300000])'],
    ['$string($map([1..1000], function($x) { $pad("", 4000000, "a") }))'],
    ['$join([1..90000].("x" & $pad("", 1000)))'],
    ['$replace($pad("", 100000, "a"), "a", $pad("", 1000, "b"))'],
  ])('stop %s', async (text) => {
    const before = performance.now();

    const error = await (async () => evaluate(`{{ ${text} }}`))().catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(NodeError);
    expect(error).toMatchObject({ code: 'expression.limit' });
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  it('do not stop what is merely large', async () => {
    expect(await evaluate('{{ $count($distinct([1..60000])) }}')).toBe(60_000);
    expect(await evaluate('{{ $count($spread([1..10000].{"a": 1, "b": 2})) }}')).toBe(20_000);
    expect(await evaluate('{{ $contains($pad("", 50000, "a") & "!", /(a+)+$/) }}')).toBe(false);
  });
});

describe('the host', () => {
  it.each([
    '$json.constructor',
    '$json.__proto__',
    '$json.toString',
    '$json.constructor.constructor',
    '$lookup($json, "constructor")',
    '$lookup($json, "__proto__")',
    '$json.id.constructor',
    '$string.constructor',
    '$node.constructor',
    '$node("Order").constructor',
    '$node("Order").items.constructor',
    '$items.constructor.constructor',
    '$process',
    '$globalThis',
    '$require',
    '$fetch',
    '$json.lines.__proto__',
    '$vars.constructor.prototype',
  ])('is not reached by %s', async (text) => {
    expect(await evaluate(`{{ ${text} }}`)).toBeUndefined();
  });

  it.each([
    '$merge([$json, {"__proto__": {"polluted": 1}}])',
    '{"__proto__": {"polluted": 1}}',
    '$json ~> | $ | {"__proto__": {"polluted": 1}} |',
    '($a := {}; $merge([$a, $parseJson("{\\"__proto__\\": {\\"polluted\\": 1}}")]))',
    '{"constructor": {"prototype": {"polluted": 1}}}',
  ])('is not changed by %s', async (text) => {
    await (async () => evaluate(`{{ ${text} }}`))().catch(() => null);

    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
