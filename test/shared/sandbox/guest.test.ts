import { describe, expect, it } from 'vitest';
import { makeQuickJs } from '../../../shared/sandbox/quickjs.ts';

const quickjs = makeQuickJs();

/** What an expression is inside the sandbox. */
const inside = async (expression: string): Promise<unknown> => {
  const report = await quickjs.run({
    source: `return { value: ${expression} }`,
    mode: 'all',
    input: '{"items":[],"inputs":{},"facts":{},"nodes":{}}',
    now: 0,
    seed: 1,
    milliseconds: 5_000,
    memoryMebibytes: 64,
    outputBytes: 1024 * 1024,
  });
  if ('error' in report) throw new Error(`${report.error.code}: ${report.error.message}`);
  return JSON.parse(report.output).items[0].json.value;
};

/** The same code in Node is the measure. */
const outside = (expression: string): unknown =>
  JSON.parse(JSON.stringify(new Function(`return ${expression}`)()));

describe('what code has of bytes and addresses is as in Node', () => {
  it.each([
    'btoa("hällo")',
    'btoa("")',
    'atob("aGVsbG8=")',
    'atob(btoa("\\u00ff\\u0000a"))',
    'Buffer.from("hällo €😀").toString("base64")',
    'Buffer.from("aMOkbGxv", "base64").toString()',
    'Buffer.from("aMOkbGxv", "base64").toString("utf-8")',
    'Buffer.from("_-8", "base64url").toString("hex")',
    'Buffer.from("68656c6c6f", "hex").toString("latin1")',
    'Buffer.from([1, 2, 255]).toString("base64url")',
    'Buffer.from("x".repeat(10000)).toString("base64").length',
    'Buffer.concat([Buffer.from("a"), Buffer.from("b")]).toString()',
    'Buffer.byteLength("€")',
    'Buffer.isBuffer(Buffer.from("a"))',
    'Buffer.from("ab").length',
    'Buffer.from("ab")',
    'new URL("https://User:pw@Example.COM:443/a/./b/../c d?x=1&y=%C3%A4+b#h").href',
    'new URL("http://example.com:8080").host',
    'new URL("http://example.com:8080").origin',
    'new URL("../x?y#z", "https://example.com/a/b/c").href',
    'new URL("/x", "https://example.com/a/b").href',
    'new URL("?q=1", "https://example.com/a/b?old").href',
    'new URL("//other.example/x", "https://example.com/").href',
    'new URL("https://example.com/ä").pathname',
    'new URL("https://example.com/?a=1&a=2").searchParams.getAll("a")',
    '(() => { const u = new URL("https://example.com/?a=1"); u.searchParams.set("b", "x y&"); u.searchParams.delete("a"); return u.toString() })()',
    'new URLSearchParams({ a: 1, b: "ä ö" }).toString()',
    'new URLSearchParams([["a", "1"], ["a", "2"]]).toString()',
    '[...new URLSearchParams("a=1&b=%20&c")]',
    'new URLSearchParams("a=(!)*~\'").toString()',
    'URL.canParse("nonsense")',
    'URL.canParse("https://example.com")',
    'JSON.stringify({ url: new URL("https://example.com/x") })',
  ])('%s', async (expression) => {
    const expected = outside(expression);
    expect(await inside(expression)).toEqual(expected);
  });

  it.each(['new URL("nonsense")', 'new URL("/x")', 'btoa("€")', 'atob("*")', 'Buffer.from("a", "ebcdic")'])(
    '%s throws',
    async (expression) => {
      await expect(inside(expression)).rejects.toThrow(/code.threw/);
      expect(() => outside(expression)).toThrow();
    },
  );
});
