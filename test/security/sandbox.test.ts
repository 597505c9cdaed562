import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { evaluateTemplate, parseTemplate } from '../../engine/expression/template.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { nodeTypes } from '../../engine/nodes/registry.ts';
import type { SandboxProgram, SandboxReport } from '../../engine/ports.ts';
import { makeSandboxPool, type SandboxPool } from '../../shared/sandbox/sandbox-pool.ts';
import { runNode } from '../engine/nodes/run-node.ts';
import { chain, manual, set, webhook } from '../functions/definitions.ts';
import { aWorkbench } from '../functions/workbench.ts';
import { CODE_ESCAPES, EXPRESSION_ESCAPES } from './escapes.ts';

const LIMIT = 400;
let pool: SandboxPool;
beforeAll(async () => {
  pool = makeSandboxPool({
    script: new URL('../../infra/local/sandbox-worker.js', import.meta.url),
    size: 2,
  });
  await run('return null');
});
afterAll(() => pool.close());
afterEach(() => {
  // Whatever was tried: nothing has become of the objects of this process.
  expect(Object.keys(Object.prototype)).toEqual([]);
  for (const name of ['polluted', 'b', 'x', 'role', 'isAdmin'])
    expect(({} as Record<string, unknown>)[name]).toBeUndefined();
});

const run = (source: string, changes: Partial<SandboxProgram> = {}) =>
  pool.run(
    {
      source,
      mode: 'all',
      input: JSON.stringify({ items: [{ json: { n: 1 } }], inputs: {}, facts: {}, nodes: {} }),
      now: 0,
      seed: 1,
      milliseconds: LIMIT,
      memoryMebibytes: 32,
      outputBytes: 1024 * 1024,
      ...changes,
    },
    new AbortController().signal,
  );
const valueOfRun = (report: SandboxReport): unknown =>
  'error' in report ? report.error.code : JSON.parse(report.output).items[0]?.json?.value;
const codeOf = (report: SandboxReport) => ('error' in report ? report.error.code : 'none');

const evaluate = async (text: string, json: JsonObject = { a: 1 }): Promise<unknown> => {
  const item = { json };
  const scope = {
    json,
    item,
    items: [item],
    index: 0,
    input: { main: [item] },
    trigger: item,
    vars: {},
    secretVars: {},
    execution: { id: 'exec_1', mode: 'production' as const },
    workflow: { id: 'wf_1', name: 'Orders' },
    now: 0,
    timezone: 'UTC',
    random: () => 0.5,
    node: () => ({ json, item, items: [item], first: item, last: item }),
  };
  return evaluateTemplate(parseTemplate(text), scope);
};
const throughNode = (type: string, parameters: JsonObject, given: readonly JsonObject[] = [{ a: 1 }]) =>
  runNode({ type, parameters, given });

const PROTO_NAMES = ['__proto__', 'prototype', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'];
const ownJson = (name: string): JsonObject => JSON.parse(`{"${name}":{"b":1},"a":2}`);

describe('expressions and code', () => {
  it('SX-01 do not lead out, by any word of the grammar', async () => {
    for (const text of EXPRESSION_ESCAPES) {
      const value = await evaluate(`{{ ${text} }}`).catch((thrown: Error) => thrown);
      if (value instanceof Error) continue;
      expect(JSON.stringify(value) ?? '', text).not.toMatch(/native code|function|process|versions/);
      expect([undefined, null, '', 1], text).toContainEqual(
        typeof value === 'object' && value !== null ? null : value,
      );
    }
    for (const source of CODE_ESCAPES) {
      const report = await run(
        `const got = ${source}; return { value: typeof got === 'object' && got !== null ? Object.keys(got).length : typeof got }`,
      );
      expect([0, 'undefined', 'code.threw', 'code.syntax', 'code.pending', 'code.depth'], source).toContain(
        valueOfRun(report),
      );
    }
  });

  it('SX-02 are written in definitions only: what data bring stays text at any depth', async () => {
    const evil = '{{ 7 * 7 }}';
    const texts = [evil, '={{7*7}}', '{{ $json.x }}', `$\{7*7}`, '<%= 7*7 %>', '#{7*7}'];
    for (const text of texts) {
      expect(await evaluate('{{ $json.x }}', { x: text })).toBe(text);
      expect(await evaluate('got {{ $json.x.y[0] }}', { x: { y: [text] } } as never)).toContain('got ');
      const { outputs } = await throughNode(
        'data.set',
        { keep: 'all', fields: [{ name: 'y', value: '{{ $json.x }}' }] },
        [{ x: text, deep: { x: [text] } }],
      );
      expect(outputs.main).toEqual([{ x: text, deep: { x: [text] }, y: text }]);
    }
    const bench = await aWorkbench();
    const made = await bench.owner('POST', '/workflows', {
      name: 'Hook',
      definition: chain(webhook(), set({ got: '{{ $json.body.x }}' })),
    });
    const { url } = (await bench.owner('POST', `/workflows/${made.body.id}/publish`, {})).body.webhooks[0];
    expect((await bench.hook('POST', url, { body: { x: evil } })).body).toEqual({ got: evil });
  });

  it('SX-03 take names that objects have by themselves as names of data', async () => {
    for (const name of PROTO_NAMES) {
      expect(await evaluate(`{{ $json.${name} }}`, {}), name).toBeUndefined();
      expect(await evaluate(`{{ $json.\`${name}\`.b }}`, ownJson(name)), name).toBe(
        name === '__proto__' ? 1 : 1,
      );
      expect(nodeTypes.get(name), name).toBeUndefined();
      const { outputs } = await throughNode('data.set', { keep: 'all', fields: [] }, [ownJson(name)]);
      expect(JSON.stringify(outputs.main), name).toBe(JSON.stringify([ownJson(name)]));
      const report = await run('return $items', {
        input: `{"items":[{"json":{"${name}":{"b":1}}}],"inputs":{},"facts":{},"nodes":{}}`,
      });
      expect('output' in report && report.output, name).toContain(`"${name}":{"b":1}`);
    }
  });

  it('SX-04 set no field of anything but the item', async () => {
    const paths = [
      'a.__proto__.b',
      '__proto__.b',
      'constructor.prototype.x',
      'toString.call',
      'a.constructor.prototype.polluted',
    ];
    for (const name of paths) {
      const { outputs, error } = await throughNode(
        'data.set',
        { keep: 'all', fields: [{ name, value: 'polluted' }] },
        [{ a: {} }],
      );
      expect(error === undefined || outputs.main === undefined, name).toBe(true);
      expect(({} as Record<string, unknown>).b, name).toBeUndefined();
      expect(({} as Record<string, unknown>).polluted, name).toBeUndefined();
      expect(typeof {}.toString.call, name).toBe('function');
    }
    await throughNode('data.renameKeys', { renames: [{ from: 'a', to: '__proto__' }] });
    const bench = await aWorkbench();
    const made = await bench.owner('POST', '/workflows', {
      name: 'Hook',
      definition: chain(webhook(), set({ got: '{{ $json.query }}' })),
    });
    const { url } = (await bench.owner('POST', `/workflows/${made.body.id}/publish`, {})).body.webhooks[0];
    for (const query of ['a[__proto__][b]=1', '__proto__=1', '__proto__[b]=1', 'constructor.prototype.b=1'])
      await bench.hook('POST', url, {
        query,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: query,
      });
    const form = '--x\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\n1\r\n--x--\r\n';
    await bench.hook('POST', url, {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: form,
    });
    await bench.hook('POST', url, { body: '{"__proto__":{"b":1},"constructor":{"prototype":{"b":1}}}' });
  });

  it('SX-05 spoil what they run with for themselves only', async () => {
    const spoils = [
      'JSON.stringify = () => "[]"; return { value: 1 }',
      'Array.prototype.map = null; return { value: 1 }',
      'Object.keys = () => []; return { value: 1 }',
      'Array.prototype[Symbol.iterator] = null; return { value: 1 }',
      'Object.prototype.polluted = 1; return { value: 1 }',
    ];
    for (const source of spoils) {
      await run(source);
      const after = await run(
        'return { value: JSON.stringify([[1].map((n) => n + 1), Object.keys({ a: 1 }), [...[3]], ({}).polluted ?? 0]) }',
      );
      expect(valueOfRun(after), source).toBe('[[2],["a"],[3],0]');
    }
  });

  it('SX-06 leave nothing behind for the next', async () => {
    await run(
      'globalThis.left = "behind"; Promise.resolve().then(() => { globalThis.late = 1 }); return { value: 1 }',
    );
    await run('new FinalizationRegistry(() => { globalThis.late = 2 }).register({}); return { value: 1 }');
    for (let each = 0; each < 4; each += 1)
      expect(valueOfRun(await run('return { value: typeof left + typeof late }'))).toBe('undefinedundefined');
  });

  it('SX-07 are ended within their limit and a quarter of a second, by somebody else', async () => {
    const bombs = [
      'new Array(1e9) + ""',
      'return { value: String(10n ** 10n ** 6n).length }',
      'return { value: /(a+)+$/.test("a".repeat(40) + "b") }',
      '"x".repeat(2 ** 30)',
      'const f = () => f() + 1; f()',
      'JSON.parse("[".repeat(1e6))',
      'throw { get message() { for (;;); }, toString() { for (;;); } }',
      'for (;;) { try { for (;;); } catch {} }',
    ];
    for (const source of bombs) {
      const times: number[] = [];
      // The best of some: what else this machine does is not what is measured.
      for (let each = 0; each < 10; each += 1) {
        const began = performance.now();
        const report = await run(source);
        times.push(performance.now() - began);
        expect('error' in report && report.error.message, source).toMatch(/limit/);
        if (times.some((time) => time < LIMIT + 250)) break;
      }
      expect(Math.min(...times), source).toBeLessThan(LIMIT + 250);
    }
    for (const text of [
      '$pad("x", 50000000)',
      '$distinct([1..60000])',
      '$sort([1..300000])',
      '($f := function($n) { $f($n + 1) }; $f(0))',
      '$match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", /(a+)+$/)',
    ]) {
      const began = performance.now();
      await evaluate(`{{ ${text} }}`).catch(() => undefined);
      expect(performance.now() - began, text).toBeLessThan(1_500);
    }
  });

  it('SX-08 take no more memory than they may, and give no more back', async () => {
    const bombs = [
      'let s = "xxxxxxxx"; for (;;) s += s',
      'const all = []; for (;;) all.push(new Uint8Array(1e6))',
      'let n = 1n; for (;;) n <<= 100_000n',
      'const all = []; for (;;) all.push({ a: all.length })',
      'return { value: "x".repeat(2e6) }',
    ];
    for (const source of bombs)
      expect(codeOf(await run(source)), source).toMatch(/^code\.(memory|timeout|tooLarge)$/);
    expect(valueOfRun(await run('return { value: 2 }'))).toBe(2);
  });

  it('SX-09 get memory that holds nothing of others', async () => {
    const canary = 'CANARY-OF-THE-FIRST-TENANT';
    for (let each = 0; each < 3; each += 1)
      await run(`const all = []; for (let i = 0; i < 20_000; i++) all.push("${canary}" + i); return null`);
    expect(
      valueOfRun(
        await run('return { value: new Uint8Array(8e6).findIndex((byte) => byte !== 0) }', {
          milliseconds: 10_000,
        }),
      ),
    ).toBe(-1);
  });

  it('SX-10 have none of what Node has', async () => {
    const names = [
      'require',
      'module',
      'process',
      'fetch',
      'WebAssembly',
      'setTimeout',
      'XMLHttpRequest',
      'std',
      'os',
      'Deno',
      'Bun',
    ];
    const report = await run(
      `return { value: ${JSON.stringify(names)}.filter((name) => name in globalThis).length }`,
    );
    expect(valueOfRun(report)).toBe(0);
    for (const specifier of [
      'fs',
      'node:fs',
      './x.js',
      'https://evil.example/x.js',
      'data:text/javascript,1',
    ])
      expect(codeOf(await run(`return { value: await import("${specifier}") }`)), specifier).not.toBe('none');
  });

  it('SX-11 do not run when they are only looked at', async () => {
    const bench = await aWorkbench();
    const code = {
      id: 'code',
      name: 'Code',
      type: 'code.javascript',
      parameters: { code: 'for (;;); globalThis.polluted = 1' },
    };
    const began = performance.now();
    const made = await bench.owner('POST', '/workflows', { name: 'Code', definition: chain(manual, code) });
    expect(made.body.problems).toEqual([]);
    await bench.owner('POST', `/workflows/${made.body.id}/validate`);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('SX-12 go by names as data: of nodes, however long or odd', async () => {
    const bench = await aWorkbench();
    const names = [
      '../../etc/passwd',
      'a\u0000b',
      '$(id)',
      '`id`',
      '; rm -rf /',
      '<script>alert(1)</script>',
      '__proto__',
    ];
    for (const name of names) {
      const definition = chain(manual, { id: 'n', name, type: 'flow.noop' });
      const made = await bench.owner('POST', '/workflows', { name: 'x', definition });
      expect(made.status, name).toBe(201);
      const ran = await bench.owner('POST', `/workflows/${made.body.id}/run?wait=5`, { version: 'draft' });
      expect(ran.body.status, name).toBe('completed');
    }
    for (const type of [
      '../flow.noop',
      '__proto__',
      'constructor',
      'toString',
      'x'.repeat(10_000),
      'flow.noop\u0000',
    ]) {
      const made = await bench.owner('POST', '/workflows', {
        name: 'x',
        definition: { nodes: [{ id: 'n', name: 'n', type }] },
      });
      const isKnown = made.status === 201 && made.body.problems.length === 0;
      expect(isKnown, type).toBe(false);
    }
  });

  it('SX-13 hand the host nothing but JSON', async () => {
    const abuses = [
      'return [{ json: { value: () => 1 } }]',
      'return [{ json: new Proxy({}, { ownKeys: () => ["value"], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }), get: () => () => 1 }) }]',
      'return { then(resolve) { resolve({ value: { toJSON() { return { value: 1 } } } }) } }',
      'return { get value() { return Symbol("x") } }',
      'console.log({ toString() { throw new Error("x") } }, new Proxy({}, {})); return { value: 1 }',
      'return { value: 10n }',
    ];
    for (const source of abuses) {
      const report = await run(source);
      if ('output' in report) expect(() => JSON.parse(report.output) as Json, source).not.toThrow();
      else expect(report.error.code, source).toMatch(/^code\./);
    }
    expect(valueOfRun(await run('return { value: 3 }'))).toBe(3);
  });
});
