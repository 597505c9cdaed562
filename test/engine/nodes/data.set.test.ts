import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { checkNode, runNode } from './run-node.ts';

const set = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'data.set', parameters, given });

describe('data.set', () => {
  it('sets fields of each item, paths too, and keeps the rest', async () => {
    const fields = [
      { name: 'customer.name', value: '{{ $json.first }}' },
      { name: 'seen', value: true },
    ];
    const { outputs, pairing } = await set(
      { fields },
      { first: 'A', customer: { id: 1 } },
      { first: 'B', customer: 2 },
    );
    expect(outputs.main).toEqual([
      { first: 'A', customer: { id: 1, name: 'A' }, seen: true },
      { first: 'B', customer: { name: 'B' }, seen: true },
    ]);
    expect(pairing).toEqual({ main: 'same' });
  });

  it.each([
    ['none', { b: 2 }],
    ['selected', { a: 1, b: 2 }],
    ['all', { a: 1, c: 3, b: 2 }],
  ])('keeps %s of the other fields', async (keep, expected) => {
    const { outputs } = await set(
      { fields: [{ name: 'b', value: 2 }], keep, selected: keep === 'selected' ? ['a'] : [] },
      { a: 1, c: 3 },
    );
    expect(outputs.main).toEqual([expected]);
  });

  it('keeps what stands at paths, and nothing beside it', async () => {
    const { outputs } = await set(
      { keep: 'selected', selected: ['id', 'to.city', 'none.here'] },
      { id: 1, to: { city: 'P', street: 'S' }, more: true },
    );
    expect(outputs.main).toEqual([{ id: 1, to: { city: 'P' } }]);
  });

  it.each(['data.set', 'data.splitOut'])('of fields that %s would not look at says so', (type) => {
    expect(checkNode(type, { field: 'list', keep: 'all', selected: ['a'] })).toEqual([
      { pointer: '/keep', message: 'must be "selected" for the fields in "selected" to matter' },
    ]);
  });

  it.each([
    ['auto', '12', '12'],
    ['string', 12, '12'],
    ['string', { a: 1 }, '{"a":1}'],
    ['number', ' 12.5 ', 12.5],
    ['boolean', 'false', false],
    ['object', '{"a":1}', { a: 1 }],
    ['array', '[1]', [1]],
  ])('makes a %s of %j', async (type, value, expected) => {
    const { outputs } = await set(
      { fields: [{ name: 'v', type, value: '{{ $json.in }}' }], keep: 'none' },
      { in: value },
    );
    expect(outputs.main).toEqual([{ v: expected }]);
  });

  it.each([
    ['number', 'twelve'],
    ['number', ''],
    ['boolean', 'perhaps'],
    ['object', '[1]'],
    ['array', '{'],
  ])('fails to make a %s of %j', async (type, value) => {
    const { error } = await set({ fields: [{ name: 'v', type, value }] }, {});
    expect(error?.code).toBe('data.type');
  });

  it('leaves out a field whose expression gives nothing', async () => {
    const { outputs } = await set({ fields: [{ name: 'v', value: '{{ $json.missing }}' }] }, { a: 1 });
    expect(outputs.main).toEqual([{ a: 1 }]);
  });

  it.each(['__proto__.x', 'constructor.prototype.x', 'a.__proto__', 'a..b', ''])(
    'refuses the path %j, even from an expression',
    async (name) => {
      const { error } = await set({ fields: [{ name: '{{ $json.path }}', value: 1 }] }, { path: name });
      expect(error?.code).toBe('node.invalidParameters');
      expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
    },
  );
});
