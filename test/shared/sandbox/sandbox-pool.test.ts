import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SandboxProgram, SandboxReport } from '../../../engine/ports.ts';
import { makeSandboxPool, type SandboxPool } from '../../../shared/sandbox/sandbox-pool.ts';

const script = new URL('../../../infra/local/sandbox-worker.js', import.meta.url);
const LIMIT = 400;
/** What the sandbox may take beyond its limit to be rid of the code. */
const GRACE = 250;
/** What else the machine does meanwhile is not what is measured. */
const BEST_OF_SOME = { retry: 5 } as const;

let pool: SandboxPool;
beforeAll(async () => {
  pool = makeSandboxPool({ script, size: 2 });
  await run('return null');
});
afterAll(() => pool.close());

const aProgram = (source: string, changes: Partial<SandboxProgram> = {}): SandboxProgram => ({
  source,
  mode: 'all',
  input: JSON.stringify({ items: [{ json: { n: 1 } }], inputs: {}, facts: {}, nodes: {} }),
  now: 0,
  seed: 1,
  milliseconds: LIMIT,
  memoryMebibytes: 32,
  outputBytes: 1024 * 1024,
  ...changes,
});

const run = (source: string, changes?: Partial<SandboxProgram>, signal = new AbortController().signal) =>
  pool.run(aProgram(source, changes), signal);

const outputOf = (report: SandboxReport): unknown => {
  if ('error' in report) throw new Error(`${report.error.code}: ${report.error.message}`);
  return JSON.parse(report.output).items[0]?.json;
};
const resultOf = async (expression: string): Promise<unknown> =>
  (
    outputOf(await run(`return { value: ${expression} }`, { milliseconds: 5_000 })) as {
      readonly value: unknown;
    }
  ).value;
const codeOf = (report: SandboxReport): string => ('error' in report ? report.error.code : 'none');

describe('bombs are ended within their limit, and the next program runs', () => {
  it.each([
    ['a loop', 'for (;;);', 'code.timeout'],
    ['a loop in a promise', 'await null; for (;;);', 'code.timeout'],
    ['promises that make promises', 'for (;;) await null', 'code.timeout'],
    ['a built-in that never asks', 'new Array(1e9) + ""', 'code.timeout'],
    [
      'another one',
      'return [..."x".repeat(1e7)].sort(() => Math.random() - 0.5).join()',
      /code\.(timeout|memory)/,
    ],
    ['a regular expression', 'return { is: /(a+)+$/.test("a".repeat(40) + "b") }', 'code.timeout'],
    ['a number without end', 'return { n: String(10n ** 10n ** 6n).length }', /code\.(timeout|memory)/],
    ['a getter that never ends, of what is thrown', 'throw { get message() { for (;;); } }', 'code.timeout'],
    ['a toJSON that never ends', 'return { toJSON() { for (;;); } }', 'code.timeout'],
    ['a getter of the answer', 'return { get json() { for (;;); } }', 'code.timeout'],
    [
      'code that catches everything',
      'for (;;) { try { for (;;); } catch {} finally { continue } }',
      'code.timeout',
    ],
    ['recursion', 'const f = () => f() + 1; f()', 'code.depth'],
    [
      'recursion through built-ins',
      'const a = []; a.toString = () => String(a) + ""; String(a)',
      'code.depth',
    ],
    ['a proxy of itself', 'const p = new Proxy({}, { get: (_, key, self) => self[key] }); p.x', 'code.depth'],
    ['deep JSON', 'JSON.parse("[".repeat(1e6))', 'code.depth'],
    ['deep code', 'eval("(".repeat(1e5))', 'code.depth'],
    [
      'a deep answer',
      'let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return a',
      /code\.(depth|timeout)/,
    ],
    ['a long text', '"x".repeat(2 ** 30)', 'code.memory'],
    ['texts that double', 'let s = "xxxxxxxx"; for (;;) s += s + "y"', 'code.memory'],
    ['typed arrays', 'const all = []; for (;;) all.push(new Uint8Array(1e6))', 'code.memory'],
    ['buffers that grow', 'const all = []; for (;;) all.push(new ArrayBuffer(1e6).slice(0))', 'code.memory'],
    ['objects', 'const all = []; for (;;) all.push({ a: all.length })', /code\.(memory|timeout)/],
    ['objects in objects', 'const all = []; for (;;) all.push({ a: {} })', /code\.(memory|timeout)/],
    ['lists', 'const all = []; for (;;) all.push([])', /code\.(memory|timeout)/],
    ['long numbers', 'let n = 1n; for (;;) n <<= 100_000n', /code\.(memory|timeout)/],
    ['an answer too large', 'return { text: "x".repeat(2e6) }', 'code.tooLarge'],
  ])('%s', BEST_OF_SOME, async (_, source, expected) => {
    const began = performance.now();

    const report = await run(source);

    expect(performance.now() - began).toBeLessThan(LIMIT + GRACE);
    expect(codeOf(report)).toMatch(expected);
    if ('error' in report) expect(report.error.message).toMatch(/limit/);
    expect(await resultOf('1 + 1')).toBe(2);
  });

  it.each([
    ['objects in objects', 'all.push({ a: {} })'],
    ['lists', 'all.push([])'],
    ['functions', 'all.push(() => all)'],
  ])('%s that fill the memory to the last byte, with an error that says so', async (_, fill) => {
    const report = await run(`const all = []; for (;;) ${fill}`, {
      memoryMebibytes: 16,
      milliseconds: 5_000,
    });

    expect(codeOf(report)).toBe('code.memory');
  });

  it('and what throws null with memory left has thrown it', async () => {
    await run('const all = []; for (;;) all.push({ a: {} })', { memoryMebibytes: 16, milliseconds: 5_000 });

    expect(codeOf(await run('throw null', { memoryMebibytes: 16 }))).toBe('code.threw');
  });

  it('while the host does other things', async () => {
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 10);

    await Promise.all([run('new Array(1e9) + ""'), run('for (;;);')]);

    clearInterval(ticking);
    expect(ticks).toBeGreaterThan(10);
  });

  it('and others need not wait for them', BEST_OF_SOME, async () => {
    const hung = run('new Array(1e9) + ""');
    const began = performance.now();

    expect(await resultOf('2')).toBe(2);

    expect(performance.now() - began).toBeLessThan(LIMIT);
    await hung;
  });
});

describe('nothing of the outside is within reach', () => {
  const ESCAPES = [
    'this.constructor.constructor("return process")()',
    'constructor.constructor("return process")()',
    '(() => {})["const" + "ructor"]("return process")()',
    '[].map.constructor("return process")()',
    '`a`.constructor.constructor("return process")()',
    'Object.getPrototypeOf(async function* () {}).constructor("return process")().next()',
    '({ get a() { return Function("return process")() } }).a',
    'new (class extends Function {})("return process")()',
    '((a = Function("return process")()) => a)()',
    'new Proxy(Function, {}).apply(null, ["return process"])()',
    'Reflect.construct(Function, ["return process"])()',
    'eval("process")',
    '(0, eval)("this").process.exit()',
    'console.log.constructor("return process")()',
    '$input.all.constructor("return process")()',
    '(() => { try { null.x } catch (e) { return e.constructor.constructor("return process")() } })()',
    'new Error().stack.constructor.constructor("return process")()',
    'Error.prepareStackTrace = (_, s) => s[0].getThis().process',
    'import("node:fs")',
    'await import("fs")',
    'require("fs")',
    'globalThis.process.mainModule.require("fs")',
    'new WebAssembly.Module(new Uint8Array(8))',
    'fetch("http://169.254.169.254/")',
    'new XMLHttpRequest()',
    'std.loadFile("/etc/passwd")',
    'os.exec(["id"])',
    'new Worker("x")',
    'postMessage({ kind: "report" })',
  ];

  it.each(ESCAPES)('%s', async (source) => {
    const report = await run(`return { got: Object.keys(Object(${source})).length }`);

    if ('error' in report) expect(report.error.code).toMatch(/^code\.(threw|syntax|pending)$/);
    else expect(outputOf(report)).toEqual({ got: 0 });
    expect(report).not.toHaveProperty('output', expect.stringMatching(/pid|env|argv/));
  });

  it('by the names of what Node and browsers have', async () => {
    const names = [
      'process',
      'require',
      'module',
      'fetch',
      'WebAssembly',
      'setTimeout',
      'queueMicrotask',
      'structuredClone',
      'performance',
      'navigator',
      'std',
      'os',
      'print',
      'scriptArgs',
    ];
    expect(await resultOf(`${JSON.stringify(names)}.filter((name) => name in globalThis)`)).toEqual([]);
  });

  it('with breaking out of the function the code stands in', async () => {
    const source =
      '}); globalThis.escaped = typeof process; (function () { return { escaped: typeof process }';
    const report = await run(source);
    expect(codeOf(report) === 'code.syntax' || outputOf(report)).toBeTruthy();
    if ('output' in report) expect(outputOf(report)).toEqual({ escaped: 'undefined' });
  });
});

describe('what one program spoils is spoilt for itself only', () => {
  it.each([
    ['JSON.stringify', 'JSON.stringify = () => "[]"; return { a: 1 }'],
    [
      'the prototype of lists',
      'Array.prototype.push = Array.prototype.map = Array.prototype[Symbol.iterator] = null; return 1',
    ],
    [
      'the prototype of objects',
      'Object.prototype.toJSON = () => 7; Object.prototype.items = 1; return { a: 1 }',
    ],
    ['the prototype of maps', 'Map.prototype.get = () => 0; return { a: 1 }'],
    ['promises', 'Promise.prototype.then = function () { return this }; await 1; return { a: 1 }'],
    ['Object.keys', 'Object.keys = Object.entries = Object.defineProperty = () => []; return { a: 1 }'],
    ['the global object', 'globalThis.left = "behind"; Object.freeze(globalThis); return { a: 1 }'],
    ['regular expressions', 'RegExp.prototype.exec = () => { for (;;); }; throw new Error("x")'],
  ])('%s', async (_, source) => {
    await run(source);

    expect(
      await resultOf('[typeof left, JSON.stringify({ a: [1].map((n) => n) }), typeof ({}).items]'),
    ).toEqual(['undefined', '{"a":[1]}', 'undefined']);
    expect(({} as Record<string, unknown>).items).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'items may have a field named %s',
    async (name) => {
      const input = `{"items":[{"json":{"${name}":{"polluted":true}}}],"inputs":{},"facts":{},"nodes":{}}`;
      const report = await run('return $items', { input });
      expect('output' in report && report.output).toContain(`{"json":{"${name}":{"polluted":true}}}`);
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it('promises and finalizers that are left over do not run later', async () => {
    await run(
      'globalThis.seen = 1; new FinalizationRegistry(() => { globalThis.seen = 2 }).register({}); Promise.resolve().then(() => { globalThis.seen = 3 }); return null',
    );
    for (let each = 0; each < 5; each += 1) expect(await resultOf('typeof seen')).toBe('undefined');
  });

  it('memory is empty when it is given to the next', async () => {
    const canary = 'CANARY-OF-THE-FIRST-TENANT';
    for (let each = 0; each < 3; each += 1)
      await run(`const all = []; for (let i = 0; i < 20_000; i++) all.push("${canary}" + i); return null`);

    const found = await resultOf(
      `(() => { const bytes = new Uint8Array(new ArrayBuffer(1e6)); return bytes.findIndex((byte) => byte !== 0) })()`,
    );

    expect(found).toBe(-1);
  });
});

describe('the pool', () => {
  it('ends what nobody waits for any more', async () => {
    const controller = new AbortController();
    const running = run('new Array(1e9) + ""', { milliseconds: 60_000 }, controller.signal);
    await sleep(20);
    controller.abort(new Error('cancelled'));

    await expect(running).rejects.toThrow('cancelled');
    expect(await resultOf('3')).toBe(3);
  });

  it('runs more programs than it has threads, one after the other', async () => {
    const values = await Promise.all(Array.from({ length: 20 }, (_, each) => resultOf(`${each} * 2`)));
    expect(values).toEqual(Array.from({ length: 20 }, (_, each) => each * 2));
  });

  it('gives each program the memory it asks for', async () => {
    const source =
      'const all = []; for (let i = 0; i < 40; i++) all.push(new Uint8Array(1e6)); return { ok: true }';
    expect(codeOf(await run(source, { memoryMebibytes: 32 }))).toBe('code.memory');
    expect(outputOf(await run(source, { memoryMebibytes: 128, milliseconds: 5_000 }))).toEqual({ ok: true });
  });

  it('says that it cannot start when its threads cannot', async () => {
    const broken = makeSandboxPool({ script: new URL('file:///nowhere.ts'), size: 1 });
    const running = broken.run(aProgram('return 1'), new AbortController().signal);
    await expect(running).rejects.toMatchObject({ code: 'code.unavailable', retryable: true });
    await broken.close();
  });
});
