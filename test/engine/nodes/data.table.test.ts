import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const table = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({
    type: 'data.table',
    parameters: { table: 't', ...parameters },
    given: given.length > 0 ? given : [{}],
  });

describe('data.table', () => {
  it('puts the item itself, or the value that is given', async () => {
    const { outputs } = await table({ operation: 'put', key: '{{ $json.id }}' }, { id: 7, a: 1 });
    expect(outputs.main).toEqual([
      {
        key: '7',
        value: { id: 7, a: 1 },
        version: 1,
        updatedAt: '2026-01-05T09:00:00.000Z',
        expiresAt: null,
      },
    ]);
    const put = await table(
      { operation: 'put', key: 'x', value: { b: '{{ $json.a }}' }, ttlSeconds: 60 },
      { a: 2 },
    );
    expect(put.outputs.main?.[0]).toMatchObject({ value: { b: 2 }, expiresAt: '2026-01-05T09:01:00.000Z' });
  });

  it.each<[string, JsonObject[]]>([
    ['nothing', []],
    ['null', [{ key: 'x', value: null }]],
  ])('gives %s for an entry that is not there', async (ifMissing, expected) => {
    const { outputs } = await table({ operation: 'get', key: 'x', ifMissing });
    expect(outputs.main).toEqual(expected);
  });

  it('counts once for each item', async () => {
    const { outputs } = await table({ operation: 'increment', key: 'n', field: 'a.b', by: 2 }, {}, {}, {});
    expect(outputs.main?.map(({ value }) => value)).toEqual([
      { a: { b: 2 } },
      { a: { b: 4 } },
      { a: { b: 6 } },
    ]);
  });

  it.each<[JsonObject, string]>([
    [{ operation: 'get', key: 'x', ifMissing: 'fail' }, 'table.notFound'],
    [{ operation: 'update', key: 'x', value: {}, onlyIf: 'present' }, 'table.condition'],
    [{ operation: 'get', key: '{{ $json.missing }}' }, 'table.key'],
    [{ operation: 'get', key: 'x', table: 'a#b' }, 'node.invalidParameters'],
  ])('%j fails with %s', async (parameters, code) => {
    expect((await table(parameters)).error?.code).toBe(code);
  });

  it('asks for a table and a key', () => {
    expect(checkNode('data.table', { operation: 'put' }).map(({ pointer }) => pointer)).toEqual([
      '/table',
      '/key',
    ]);
    expect(checkNode('data.table', { operation: 'query', table: 't' })).toEqual([]);
  });
});
