import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { foldLog } from '../../../engine/interpreter/log.ts';
import type { JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { makeQuickJs } from '../../../shared/sandbox/quickjs.ts';
import { aDefinition, items, makeWorld, START } from '../engine-world.ts';

const sandbox = makeQuickJs();

/** QuickJS is loaded in real time, and the clock of these tests is not. It is loaded anew for another limit. */
const load = async (memoryMebibytes: number) => {
  const nothing = JSON.stringify({ items: [], inputs: {}, facts: {}, nodes: {} });
  const limits = { milliseconds: 5_000, memoryMebibytes, outputBytes: 100 };
  await sandbox.run({ source: 'return null', mode: 'all', input: nothing, now: 0, seed: 0, ...limits });
};
beforeAll(() => load(64));

interface Setting {
  readonly given?: readonly JsonObject[];
  readonly onError?: 'stop' | 'continue' | 'branch';
  readonly vars?: JsonObject;
  readonly [parameter: string]: unknown;
}

/** The code behind a node "Before" that hands the items through, and one after it for errors. */
const run = async (code: string, { given = [{}], onError, vars = {}, ...parameters }: Setting = {}) => {
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      Before: { type: 'flow.noop' },
      code: {
        type: 'code.javascript',
        parameters: { code, ...parameters } as never,
        ...(onError && { onError }),
      },
      fine: { type: 'flow.noop' },
      wrong: { type: 'flow.noop' },
    },
    ['start -> Before', 'Before -> code', 'code -> fine', 'code.error -> wrong'],
  );
  const world = makeWorld({ registry: nodeTypes, sandbox: { run: (program) => sandbox.run(program) } });
  await world.runToEnd(definition, {
    trigger: { nodeId: 'start', items: items(...given) },
    context: { workflow: { id: 'wf_1', name: 'Orders' }, vars, secretVars: {}, timezone: 'UTC' },
  });
  const row = foldLog(null, world.events()).find(({ nodeId }) => nodeId === 'code');
  const ended = world.events().find((event) => 'nodeId' in event && event.nodeId === 'code');
  return {
    main: row?.outputs.main?.map(({ json }) => json),
    failed: row?.outputs.error?.map(({ json }) => json),
    pairing: ended?.type === 'nodeSucceeded' ? ended.pairing.main : undefined,
    errorPairing: ended?.type === 'nodeSucceeded' ? ended.pairing.error : undefined,
    error: row?.error,
    console: row?.console,
  };
};

const two = [{ n: 1 }, { n: 2 }];

describe('code over all items', () => {
  it.each([
    ['items', 'return $items.map(({ json }) => ({ json: { n: json.n + 1 } }))', [{ n: 2 }, { n: 3 }]],
    ['plain objects', 'return $items.map(({ json }) => ({ n: json.n + 1 }))', [{ n: 2 }, { n: 3 }]],
    ['one object', 'return { sum: $items.reduce((sum, { json }) => sum + json.n, 0) }', [{ sum: 3 }]],
    ['other values under data', 'return [1, "a", [2]]', [{ data: 1 }, { data: 'a' }, { data: [2] }]],
    ['a field named json that is no object', 'return { json: 1 }', [{ json: 1 }]],
    ['what a promise brings', 'const n = await Promise.resolve(5); return { n }', [{ n: 5 }]],
    ['dates as text', 'return { at: new Date(0) }', [{ at: '1970-01-01T00:00:00.000Z' }]],
  ])('gives %s', async (_, code, expected) => {
    const { main, error } = await run(code, { given: two });
    expect(error).toBeNull();
    expect(main).toEqual(expected);
  });

  it('gives no item for null', async () => {
    expect((await run('return null')).main ?? []).toEqual([]);
  });

  it('sees braces of templates as they are', async () => {
    const { main } = await run('const text = `{{ $json.n }}`; return { text, deep: {a: {b: {}}} }');
    expect(main).toEqual([{ text: '{{ $json.n }}', deep: { a: { b: {} } } }]);
  });

  it.each([
    ['$input.all().length', 2],
    ['$input.first().json.n', 1],
    ['$input.last().json.n', 2],
    ['items.length', 2],
    ['$json.n', 1],
    ['$vars.region', 'eu'],
    ['$workflow.name', 'Orders'],
    ['$execution.id', 'exec_1'],
    ['$trigger.json.n', 1],
    ['$node("Before").items.length', 2],
    ['$node("Before").first.json.n', 1],
    ['$node["Before"].json.n', 1],
    ['$node.Before.json.n', 1],
    ["$('Before').all().length", 2],
    ["$('Before').last().json.n", 2],
    ["$('Before').itemMatching(1).json.n", 2],
    ['Date.now()', START],
    ['new Date().getTime()', START],
    ['typeof Date()', 'string'],
    ['new Date() instanceof Date', true],
    ['Date.UTC(2020, 0)', 1_577_836_800_000],
  ])('sees %s', async (expression, value) => {
    const { main, error } = await run(`return { value: ${expression} }`, {
      given: two,
      vars: { region: 'eu' },
    });
    expect(error).toBeNull();
    expect(main).toEqual([{ value }]);
  });

  it('may name its own variables like those it is given', async () => {
    const { main } = await run('const items = $input.all(); const item = items[1]; return item', {
      given: two,
    });
    expect(main).toEqual([{ n: 2 }]);
  });

  it('draws the same random numbers whenever it is run again', async () => {
    const code = 'return { numbers: [Math.random(), Math.random()] }';
    const [first, second] = [await run(code), await run(code)];
    expect(first.main).toEqual(second.main);
    const [one, other] = (first.main?.[0]?.numbers ?? []) as number[];
    expect(one).not.toBe(other);
  });

  it.each<[string, string, unknown]>([
    ['mapped one by one', 'return $items.map(({ json }) => ({ ...json }))', 'same'],
    ['filtered', 'return $items.filter(({ json }) => json.n > 1)', [1]],
    ['turned round', 'return $items.toReversed()', [1, 0]],
    ['their json alone', 'return $items.toReversed().map(({ json }) => json)', [1, 0]],
    ['made of all', 'return { n: 1 }', 'all'],
    ['said to come from one', 'return { json: {}, pairedItem: 1 }', [1]],
    ['said to come from several', 'return { json: {}, pairedItem: [{ item: 1 }, 0] }', [[1, 0]]],
    ['said to come from nowhere', 'return [{ json: {}, pairedItem: 7 }]', 'all'],
  ])('pairs items that are %s', async (_, code, pairing) => {
    expect((await run(code, { given: two })).pairing).toEqual(pairing);
  });
});

describe('code for each item', () => {
  const each = { mode: 'each', given: [{ n: 1 }, { n: 2 }, { n: 3 }] };

  it('gives an item, several, or none', async () => {
    const code =
      'return $json.n === 1 ? null : $json.n === 2 ? { n: $json.n, at: $index } : [{ a: 1 }, { a: 2 }]';
    const { main, pairing } = await run(code, each);
    expect(main).toEqual([{ n: 2, at: 1 }, { a: 1 }, { a: 2 }]);
    expect(pairing).toEqual([1, 2, 2]);
  });

  it('sees the item of another node that this one came from', async () => {
    const { main } = await run('return { n: $node("Before").json.n, same: $("Before").item.json.n }', each);
    expect(main).toEqual([1, 2, 3].map((n) => ({ n, same: n })));
  });

  it('may wait', async () => {
    const { main } = await run('await null; return { n: item.json.n }', each);
    expect(main).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  const throwing = 'if ($json.n === 2)\n  throw new TypeError("odd");\nreturn $json';

  it('fails the node with the item that fails', async () => {
    const { error } = await run(throwing, each);
    expect(error).toMatchObject({
      code: 'code.threw',
      message: 'TypeError: odd (line 2) (item 2 of 3)',
      details: { line: 2, item: 1 },
    });
  });

  it('lets the others go on', async () => {
    const { main, pairing } = await run(throwing, { ...each, onError: 'continue' });
    expect(main).toEqual([
      { n: 1 },
      { n: 3 },
      { n: 2, error: expect.objectContaining({ code: 'code.threw' }) },
    ]);
    expect(pairing).toEqual([0, 2, 1]);
  });

  it('sends what fails another way', async () => {
    const { main, failed, errorPairing } = await run(throwing, { ...each, onError: 'branch' });
    expect(main).toEqual([{ n: 1 }, { n: 3 }]);
    expect(failed).toEqual([{ n: 2, error: expect.objectContaining({ code: 'code.threw' }) }]);
    expect(errorPairing).toEqual([1]);
  });
});

describe('code that fails', () => {
  it.each([
    [
      'a name that nothing has',
      'const a = 1;\nreturn foo + a',
      'code.threw',
      "ReferenceError: 'foo' is not defined (line 2)",
    ],
    ['what it throws', 'throw new Error("too few")', 'code.threw', 'too few (line 1)'],
    ['an object', 'throw { reason: 7 }', 'code.threw', '{"reason":7}'],
    [
      'a rejected promise',
      'await Promise.reject(new RangeError("far"))',
      'code.threw',
      'RangeError: far (line 1)',
    ],
    [
      'a slip',
      'let a = 1;\nlet b = ;',
      'code.syntax',
      "SyntaxError: unexpected token in expression: ';' (line 2)",
    ],
    [
      'nothing returned',
      '$items.length',
      'code.threw',
      'The code returned nothing: return a list of items, or null for none.',
    ],
    [
      'a promise nobody keeps',
      'return await new Promise(() => {})',
      'code.pending',
      'The code waits for something that never happens.',
    ],
    [
      'a node there is not',
      'return { n: $node("Nowhere").items }',
      'code.threw',
      /^There is no node named "Nowhere"\./,
    ],
    [
      'a node by a name that is made up',
      'const name = "Be" + "fore"; return $node(name).first',
      'code.threw',
      /write the name of a node in quotes/,
    ],
    ['a node that has not run', 'return $node("wrong").items', 'code.threw', /"wrong" has not run/],
  ])('tells of %s', async (_, code, errorCode, message) => {
    const { error } = await run(code, { given: two });
    expect(error).toMatchObject({
      code: errorCode,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      retryable: false,
    });
  });

  it('tells the place in the first line as it was written', async () => {
    expect((await run('return foo')).error?.details).toEqual({ name: 'ReferenceError', line: 1, column: 8 });
    expect((await run('await 1; return foo')).error?.details).toMatchObject({ line: 1, column: 17 });
  });
});

describe('code that was written elsewhere', () => {
  it.each([
    ['require("crypto")', 'modules'],
    ['await fetch("https://example.com")', 'HTTP request node'],
    ['setTimeout(() => {}, 1)', 'wait node'],
    ['crypto.randomUUID()', 'crypto node'],
    ['$getWorkflowStaticData("global")', 'table node'],
  ])('is told of %s what takes its place', async (code, instead) => {
    const { error } = await run(code);
    expect(error?.message).toMatch(/^ReferenceError: '.+' is not defined: /);
    expect(error?.message).toContain(instead);
  });

  it('is told no more of any other name', async () => {
    const { error } = await run('return nowhere');
    expect(error?.message).toBe("ReferenceError: 'nowhere' is not defined (line 1)");
  });

  it('finds the position of its item by both names', async () => {
    const { main } = await run('return { at: [$index, $itemIndex] }', { mode: 'each', given: two });
    expect(main).toEqual([{ at: [0, 0] }, { at: [1, 1] }]);
  });
});

describe('the console of code', () => {
  it('is in the log of the node run, values as JSON', async () => {
    const { console } = await run(
      'console.log("n", 1, { a: [null] }); console.warn(new Error("odd")); return null',
    );
    expect(console).toEqual([
      { level: 'info', text: 'n 1 {"a":[null]}' },
      { level: 'warn', text: 'Error: odd' },
    ]);
  });

  it('is kept when the code fails', async () => {
    const { console, error } = await run('console.error("before"); throw new Error("then")');
    expect(error?.code).toBe('code.threw');
    expect(console).toEqual([{ level: 'error', text: 'before' }]);
  });

  it('is bounded', async () => {
    const { console } = await run('for (let i = 0; i < 5000; i++) console.log("x".repeat(100)); return null');
    expect(console).toHaveLength(200);
    expect(console?.at(-1)).toEqual({ level: 'warn', text: '… and 4801 more lines' });
  });
});

describe('code that fills its memory', () => {
  afterEach(() => load(64));

  it.each(['all.push({ a: {} })', 'all.push([])'])(
    'says of an item that has filled the memory to the last byte with %s that it needs too much of it',
    async (fill) => {
      const code = `if ($json.n === 2) { const all = []; for (;;) ${fill}; } return { n: $json.n };`;
      await load(16);
      const given = [{ n: 1 }, { n: 2 }, { n: 3 }];
      const limited = { given, mode: 'each', memoryMebibytes: 16, timeoutSeconds: 30 };
      const { main } = await run(code, { ...limited, onError: 'continue' });
      expect(main).toEqual([
        { n: 1 },
        { n: 3 },
        { n: 2, error: expect.objectContaining({ code: 'code.memory' }) },
      ]);
    },
  );
});
