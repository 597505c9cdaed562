import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const read = (type: string, content: string | Uint8Array, parameters: JsonObject = {}) =>
  runNode({ type, parameters, given: [{ from: 1 }], files: { file: { content, fileName: 'given' } } });

const write = (type: string, parameters: JsonObject, given: readonly JsonObject[]) =>
  runNode({ type, parameters: { operation: 'write', ...parameters }, given });

const written = async (type: string, parameters: JsonObject, given: readonly JsonObject[]) => {
  const { items, read: bytesOf } = await write(type, parameters, given);
  return (await bytesOf(items.main?.[0]?.binary?.file)).toString();
};

/** More than an archive may unpack to. */
const HUGE = new Uint8Array(65 * 1024 * 1024);

const READERS = ['file.csv', 'file.xlsx', 'file.jsonLines', 'file.text'] as const;

describe.each([...READERS, 'file.zip'])('%s', (type) => {
  it('says which files an item has when the one asked for is missing', async () => {
    const { error } = await runNode({
      type,
      parameters: { file: 'report' },
      files: { logo: { content: 'x' } },
    });
    expect(error).toMatchObject({
      code: 'file.missing',
      message: 'The item has no file "report"; it has "logo".',
    });
  });
});

describe('a file by its usual name', () => {
  it('is the only one there, whatever that is called', async () => {
    const { outputs } = await runNode({
      type: 'file.text',
      files: { report: { content: 'hello', mediaType: 'text/plain' } },
    });
    expect(outputs.main).toMatchObject([{ text: 'hello' }]);
  });

  it('is not guessed where there are several', async () => {
    const { error } = await runNode({
      type: 'file.text',
      files: { a: { content: '1' }, b: { content: '2' } },
    });
    expect(error).toMatchObject({
      code: 'file.missing',
      message: 'The item has no file "file"; it has "a", "b".',
    });
  });
});

describe('file.csv', () => {
  it('makes an item of each row', async () => {
    const text = '\uFEFFsku;count;note\r\nA;2;"one;\n""two"""\r\n\r\nB;007;\r\n';
    const { outputs, pairing } = await read('file.csv', text, { delimiter: ';', numbers: true });
    expect(outputs.main).toEqual([
      { sku: 'A', count: 2, note: 'one;\n"two"' },
      { sku: 'B', count: '007', note: '' },
    ]);
    expect(pairing).toEqual({ main: [0, 0] });
  });

  it('names the columns of a file without header, and of rows that are too long', async () => {
    const { outputs } = await read('file.csv', '1,2,3', { header: false, columns: ['a', 'b'] });
    expect(outputs.main).toEqual([{ a: '1', b: '2', column3: '3' }]);
  });

  it('reads other encodings', async () => {
    const { outputs } = await read('file.csv', Buffer.from('n\nZoë', 'latin1'), { encoding: 'windows-1252' });
    expect(outputs.main).toEqual([{ n: 'Zoë' }]);
  });

  it('summarises rows while they are read', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => `${index % 2 === 0 ? 'PT' : 'DE'},${index}`);
    const summarise: JsonObject = {
      groupBy: ['c'],
      operations: [
        { operation: 'count', as: 'n' },
        { operation: 'max', field: 'v' },
      ],
    };
    const { outputs } = await read('file.csv', `c,v\n${rows.join('\n')}`, {
      numbers: true,
      maxRows: 1,
      summarise,
    });
    expect(outputs.main).toEqual([
      { c: 'PT', n: 2_500, max_v: 4_998 },
      { c: 'DE', n: 2_500, max_v: 4_999 },
    ]);
  });

  it('fails for more rows than allowed, and for what is no CSV', async () => {
    expect((await read('file.csv', 'a\n1\n2\n3', { maxRows: 2 })).error?.code).toBe('file.tooManyRows');
    expect((await read('file.csv', 'a\n"1')).error).toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/^The file is no CSV: /),
    });
  });

  it('keeps columns that are named like parts of a prototype as fields', async () => {
    const { outputs } = await read('file.csv', '__proto__,a\nx,1');
    expect(Object.keys(outputs.main?.[0] ?? {})).toEqual(['__proto__', 'a']);
    expect(({} as { a?: string }).a).toBeUndefined();
  });

  it('writes items, and nothing that a spreadsheet would run', async () => {
    const given: JsonObject[] = [
      { a: '=1+1', b: { c: [1] } },
      { a: 'x,"y"', d: -5 },
    ];
    expect(await written('file.csv', {}, given)).toBe(`a,b,d\r\n'=1+1,"{""c"":[1]}",\r\n"x,""y""",,-5\r\n`);
    expect(
      await written('file.csv', { keepFormulas: true, columns: ['a'], header: false }, [{ a: '=1+1' }]),
    ).toBe('=1+1\r\n');
  });

  it('says what it has written', async () => {
    const { items } = await write('file.csv', { fileName: 'orders.csv' }, [{ a: 1 }]);
    expect(items.main?.[0]).toMatchObject({
      json: { fileName: 'orders.csv', size: 6, rows: 1 },
      binary: { file: { fileName: 'orders.csv', mediaType: 'text/csv', size: 6 } },
    });
  });

  it('asks which field an operation takes', () => {
    expect(checkNode('file.csv', { summarise: { operations: [{ operation: 'sum' }] } })).toEqual([
      { pointer: '/summarise/operations/0/field', message: 'must name the field whose values are taken' },
    ]);
  });
});

describe('file.jsonLines', () => {
  it('reads a line each, and writes what it reads', async () => {
    const { outputs } = await read('file.jsonLines', '{"a":1}\r\n\n[2]\n"x"');
    expect(outputs.main).toEqual([{ a: 1 }, { data: [2] }, { data: 'x' }]);
    expect(await written('file.jsonLines', {}, [{ a: 1 }, { b: 'Zoë' }])).toBe('{"a":1}\n{"b":"Zoë"}\n');
  });

  it('says which line is no JSON', async () => {
    const { error } = await read('file.jsonLines', '{"a":1}\n{"a"');
    expect(error).toMatchObject({
      code: 'file.invalid',
      message: expect.stringMatching(/^Line 2 is no JSON: /),
    });
  });
});

describe('file.xlsx', () => {
  const GIVEN: readonly JsonObject[] = [
    { sku: 'A', count: 2, open: true, note: '=SUM(A1)' },
    { sku: '007', count: 0.5, more: { x: 1 } },
  ];
  const workbook = async (parameters: JsonObject = {}) => {
    const { items, read: bytesOf } = await write('file.xlsx', parameters, GIVEN);
    return bytesOf(items.main?.[0]?.binary?.file);
  };

  it('reads what it writes', async () => {
    const { outputs } = await read('file.xlsx', await workbook());
    expect(outputs.main).toEqual([
      { sku: 'A', count: 2, open: true, note: '=SUM(A1)', more: null },
      { sku: '007', count: 0.5, open: null, note: null, more: '{"x":1}' },
    ]);
  });

  it('finds a sheet by name, or says which there are', async () => {
    const bytes = await workbook({ sheet: 'Orders', columns: ['sku'] });
    expect((await read('file.xlsx', bytes, { sheet: 'Orders' })).outputs.main).toEqual([
      { sku: 'A' },
      { sku: '007' },
    ]);
    expect((await read('file.xlsx', bytes, { sheet: 'Other' })).error).toMatchObject({
      code: 'file.sheet',
      message: 'There is no sheet "Other"; there are "Orders".',
    });
  });

  it('fails for what is no workbook', async () => {
    expect((await read('file.xlsx', 'sku,count')).error?.code).toBe('file.invalid');
    expect((await read('file.xlsx', zipSync({ 'a.txt': strToU8('x') }))).error?.code).toBe('file.invalid');
  });

  it('refuses a workbook that unpacks to more than it may', async () => {
    const bomb = zipSync({ 'xl/worksheets/sheet1.xml': HUGE }, { level: 1 });
    expect((await read('file.xlsx', bomb)).error?.code).toBe('file.tooLarge');
  });
});

describe('file.zip', () => {
  it('makes an item of each file in an archive', async () => {
    const archive = zipSync({
      'docs/a.txt': strToU8('hello'),
      'b.csv': strToU8('x'),
      'empty/': new Uint8Array(),
    });
    const { items, read: bytesOf } = await read('file.zip', archive);
    expect(items.main?.map(({ json }) => json)).toEqual([
      { path: 'docs/a.txt', fileName: 'a.txt', size: 5 },
      { path: 'b.csv', fileName: 'b.csv', size: 1 },
    ]);
    expect(items.main?.map(({ binary }) => binary?.file?.mediaType)).toEqual(['text/plain', 'text/csv']);
    expect((await bytesOf(items.main?.[0]?.binary?.file)).toString()).toBe('hello');
  });

  it('calls a file by its last segment, wherever the archive wants it', async () => {
    const { items } = await read('file.zip', zipSync({ '../../etc/passwd': strToU8('x') }));
    expect(items.main?.[0]?.binary?.file?.fileName).toBe('passwd');
  });

  it('packs all files of all items, each under a name of its own', async () => {
    const content = 'same name';
    const files = { one: { content, fileName: 'a.txt' }, two: { content: 'other', fileName: 'a.txt' } };
    const { items, read: bytesOf } = await runNode({
      type: 'file.zip',
      parameters: { operation: 'pack' },
      files,
    });
    const unpacked = unzipSync(await bytesOf(items.main?.[0]?.binary?.file));
    expect(Object.keys(unpacked)).toEqual(['a.txt', 'a (2).txt']);
    expect(items.main?.[0]?.json).toMatchObject({ files: 2, fileName: 'files.zip' });
  });

  it.each([
    ['too many bytes', 'file.tooLarge', () => zipSync({ a: HUGE }, { level: 1 })],
    [
      'too many files',
      'file.tooLarge',
      () =>
        zipSync(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`f${n}`, new Uint8Array(1)]))),
    ],
    ['no archive at all', 'file.invalid', () => strToU8('not a zip')],
  ])('refuses %s', async (_what, code, make) => {
    expect((await read('file.zip', make())).error?.code).toBe(code);
  });

  it('is not fooled by an archive that says it is small', async () => {
    const archive = zipSync({ a: HUGE }, { level: 1 });
    const view = new DataView(archive.buffer, archive.byteOffset, archive.length);
    for (let at = 0; at < archive.length - 4; at += 1) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    }
    const { items, error } = await read('file.zip', archive);
    expect(error?.code === 'file.invalid' || (items.main?.[0]?.json.size ?? 0) === 10).toBe(true);
  });
});

describe('file.text', () => {
  it('reads a file as text or base64', async () => {
    expect((await read('file.text', 'Zoë', { destination: 'a.b' })).outputs.main).toEqual([
      { from: 1, a: { b: 'Zoë' } },
    ]);
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 256));
    const { outputs } = await read('file.text', bytes, { as: 'base64' });
    expect(outputs.main?.[0]?.text).toBe(bytes.toString('base64'));
  });

  it('writes a file beside the others an item has', async () => {
    const { items, read: bytesOf } = await runNode({
      type: 'file.text',
      parameters: { operation: 'write', value: '{{ $json.note }}', fileName: 'n.json' },
      given: [{ note: { a: 1 } }],
      files: { logo: { content: 'x' } },
    });
    const { binary } = items.main?.[0] ?? {};
    expect(Object.keys(binary ?? {})).toEqual(['logo', 'file']);
    expect(binary?.file?.mediaType).toBe('application/json');
    expect((await bytesOf(binary?.file)).toString()).toBe('{"a":1}');
  });

  it('writes the bytes that base64 says', async () => {
    const parameters = { operation: 'write', as: 'base64', fileName: 'x.png', value: '{{ $json.b }}' };
    const { items, read: bytesOf } = await runNode({ type: 'file.text', parameters, given: [{ b: 'AP8=' }] });
    expect([...(await bytesOf(items.main?.[0]?.binary?.file))]).toEqual([0, 255]);
    const { error } = await runNode({ type: 'file.text', parameters, given: [{ b: '%' }] });
    expect(error?.code).toBe('file.invalid');
  });

  it('leaves files alone that are too large for a field', async () => {
    const { error } = await read('file.text', new Uint8Array(8 * 1024 * 1024 + 1));
    expect(error?.code).toBe('file.tooLarge');
  });
});
