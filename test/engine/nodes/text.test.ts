import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const convert = async (type: string, value: Json, parameters: JsonObject = {}) => {
  const { outputs, error } = await runNode({
    type,
    parameters: { value: '{{ $json.value }}', ...parameters },
    given: [{ value }],
  });
  return { data: outputs.main?.[0]?.data, error };
};

const TYPES = ['text.json', 'text.xml', 'text.yaml', 'text.html', 'text.markdown'];

describe.each(TYPES)('%s', (type) => {
  it('asks what to convert', () => {
    expect(checkNode(type, {})).toContainEqual({ pointer: '/value', message: 'must say what to convert' });
  });

  it('fails for what is no text', async () => {
    const { error } = await convert(type, { a: 1 });
    expect(error).toMatchObject({ code: 'text.invalid', message: expect.stringContaining('{"a":1}') });
  });

  it('fails for a text that is better a file', async () => {
    const { error } = await convert(type, 'x'.repeat(8 * 1024 * 1024 + 1));
    expect(error?.code).toMatch(/^text\.tooLong$|^execution/);
  });
});

describe('text.json', () => {
  it('reads and writes', async () => {
    expect((await convert('text.json', '{"a":[1,null]}')).data).toEqual({ a: [1, null] });
    expect((await convert('text.json', { a: 1 }, { operation: 'build', indent: 2 })).data).toBe(
      '{\n  "a": 1\n}',
    );
  });

  it('says where a text is no JSON', async () => {
    const { error } = await convert('text.json', '{"a":');
    expect(error).toMatchObject({
      code: 'text.invalid',
      message: expect.stringMatching(/^The text is no JSON: /),
    });
  });

  it('keeps fields that are named like parts of a prototype as fields', async () => {
    const { data } = await convert('text.json', '{"__proto__":{"polluted":true}}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(Object.keys(data as object)).toEqual(['__proto__']);
  });
});

describe('text.yaml', () => {
  it('reads one document, all of them, and writes', async () => {
    expect((await convert('text.yaml', 'a: [1, two]\nwhen: 2026-01-01')).data).toEqual({
      a: [1, 'two'],
      when: '2026-01-01',
    });
    expect((await convert('text.yaml', 'a: 1\n---\nb: 2', { documents: 'all' })).data).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
    expect((await convert('text.yaml', { a: [1] }, { operation: 'build' })).data).toBe('a:\n  - 1\n');
  });

  it.each(['one', 'all'])('says where a text is no YAML (%s)', async (documents) => {
    const { error } = await convert('text.yaml', 'a: [1', { documents });
    expect(error).toMatchObject({ code: 'text.invalid', message: expect.stringContaining('line 1') });
  });

  it('refuses references that would grow without end', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, n) => `l${n}: &l${n} [${n === 0 ? 'x,x' : `*l${n - 1},`.repeat(9)}]`,
    );
    const { error } = await convert('text.yaml', levels.join('\n'));
    expect(error?.code).toBe('text.invalid');
  });

  it('says what is no YAML, and where', async () => {
    const { error } = await convert('text.yaml', 'a: [1');
    expect(error).toMatchObject({
      code: 'text.invalid',
      message: expect.stringMatching(/^The text is no YAML: .+ at line 1, column 6\.$/),
    });
  });
});

describe('text.xml', () => {
  it('reads elements, attributes and text', async () => {
    const text =
      '<?xml version="1.0"?><o:order id="7"><sku>007</sku><note lang="de">gut &amp; g&#252;nstig</note></o:order>';
    expect((await convert('text.xml', text)).data).toEqual({
      'o:order': { '@id': '7', sku: '007', note: { '@lang': 'de', '#text': 'gut & günstig' } },
    });
    expect((await convert('text.xml', text, { removePrefixes: true, readNumbers: true })).data).toMatchObject(
      {
        order: { '@id': 7 },
      },
    );
  });

  it('makes lists of elements that come more than once, or always', async () => {
    const parameters = { alwaysLists: ['item'] };
    expect((await convert('text.xml', '<r><item>1</item></r>', parameters)).data).toEqual({
      r: { item: ['1'] },
    });
    expect((await convert('text.xml', '<r><x>1</x><x>2</x></r>')).data).toEqual({ r: { x: ['1', '2'] } });
  });

  it('writes what it reads', async () => {
    const value = { order: { '@id': '7', sku: ['A', '<B>'] } };
    const { data } = await convert('text.xml', value, { operation: 'build' });
    expect(data).toBe('<order id="7"><sku>A</sku><sku>&lt;B&gt;</sku></order>');
    expect((await convert('text.xml', data as string)).data).toEqual(value);
  });

  it.each(['a b', 'a><evil', '1a', '@', '@x y', ''])(
    'writes no element or attribute called %j',
    async (name) => {
      const { error } = await convert('text.xml', { r: [{ [name]: 1 }] }, { operation: 'build' });
      expect(error).toMatchObject({
        code: 'text.invalid',
        message: expect.stringContaining(JSON.stringify(name)),
      });
    },
  );

  it('writes names of any language, and with prefixes', async () => {
    const value = { 'größe:höhe': { '@xml:lang': 'de', '#text': '1' } };
    const { data } = await convert('text.xml', value, { operation: 'build' });
    expect(data).toBe('<größe:höhe xml:lang="de">1</größe:höhe>');
  });

  it('says of nothing that it is no XML, and of no place', async () => {
    const { error } = await convert('text.xml', '');
    expect(error?.message).toMatch(/^The text is no XML: [^(]*( \(line 1\))?\.$/);
  });

  it('says where a text is no XML', async () => {
    const { error } = await convert('text.xml', '<a><b></a>');
    expect(error).toMatchObject({
      code: 'text.invalid',
      message: expect.stringMatching(/line 1, column \d+/),
    });
  });

  it.each([
    '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>',
    '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>',
  ])('does not resolve the entities a document declares: %s', async (text) => {
    const { data, error } = await convert('text.xml', text);
    expect(JSON.stringify(data) ?? '').not.toMatch(/aaaa|root:/);
    expect(error?.code ?? 'text.invalid').toBe('text.invalid');
  });
});

describe('text.html', () => {
  it('asks what to find', () => {
    expect(checkNode('text.html', { value: '<p>', extract: [] })).toEqual([
      { pointer: '/extract', message: 'must say what to find' },
    ]);
  });

  const page = '<ul><li><a href="/1">One  &amp; all</a></li><li><a href="/2"><b>Two</b></a></li></ul>';
  const extract = (rules: JsonObject[]) => convert('text.html', page, { extract: rules });

  it.each<[JsonObject, Json]>([
    [{}, 'One & all'],
    [{ all: true }, ['One & all', 'Two']],
    [{ all: true, get: 'attribute' }, ['/1', '/2']],
    [{ selector: 'a[href="/2"]', get: 'html' }, '<b>Two</b>'],
    [{ get: 'count' }, 2],
    [{ selector: 'h1' }, null],
    [{ selector: 'h1', all: true }, []],
  ])('%j gives %j', async (rule, expected) => {
    expect((await extract([{ name: 'is', selector: 'a', ...rule }])).data).toEqual({ is: expected });
  });

  it('says which selector is none', async () => {
    const { error } = await extract([{ name: 'x', selector: 'a[' }]);
    expect(error).toMatchObject({ code: 'text.selector', message: expect.stringContaining('"a["') });
  });
});

describe('text.markdown', () => {
  it('turns Markdown into HTML and back', async () => {
    expect((await convert('text.markdown', '# A\n\n- [x](https://example.com)')).data).toBe(
      '<h1>A</h1>\n<ul>\n<li><a href="https://example.com">x</a></li>\n</ul>\n',
    );
    expect(
      (await convert('text.markdown', '<h1>A</h1><p>b <em>c</em></p>', { operation: 'fromHtml' })).data,
    ).toBe('# A\n\nb _c_');
  });

  it.each([
    '<script>alert(1)</script>',
    'a <img src=x onerror=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](java&#x73;cript:alert(1))',
    '[x](javascript&colon;alert(1))',
    '[x](<java\tscript:alert(1)>)',
    '![x](data:text/html;base64,PHNjcmlwdD4=)',
    '[x]: vbscript:a\n\n[x]',
  ])('makes %j harmless', async (text) => {
    const { data } = await convert('text.markdown', text);
    expect(data).not.toMatch(/<script|<img[^>]+onerror|(?:href|src)="[^"]*(?:script|data|&colon)/i);
  });

  it('keeps HTML where asked', async () => {
    expect((await convert('text.markdown', 'a <b>c</b>', { keepHtml: true })).data).toBe(
      '<p>a <b>c</b></p>\n',
    );
  });
});
