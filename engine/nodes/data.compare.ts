import { z } from 'zod';
import type { Item, Json, JsonObject } from '../item.ts';
import { defineNode } from './define-node.ts';
import { fieldPath, withoutField } from './field-path.ts';
import { matchKey, valueKey } from './value-order.ts';

/** An item with its position among those of both inputs: what pairing counts by. */
interface Placed {
  readonly item: Item;
  readonly at: number;
}

interface Found {
  readonly item: Item;
  readonly from: readonly number[];
}

export const dataCompare = defineNode({
  type: 'data.compare',
  name: 'Compare',
  description:
    'Compares two lists of items: those only in one, those equal in both, and those that differ, with what differs.',
  category: 'Data',
  icon: 'scale',
  inputs: ['a', 'b'],
  outputs: ['onlyA', 'same', 'different', 'onlyB'],
  parameters: z.strictObject({
    match: z.array(fieldPath).max(10).default([]).meta({
      title: 'Match',
      description: 'Fields by which an item of A finds its counterpart in B. An item without one has none.',
    }),
    ignore: z.array(fieldPath).max(50).default([]).meta({
      title: 'Ignore',
      description: 'Fields that may differ, such as the time of the last change.',
    }),
  }),
  check: ({ match }) =>
    Array.isArray(match) && match.length > 0
      ? []
      : [{ pointer: '/match', message: 'must name a field to match by' }],
  example: {
    parameters: { match: ['id'] },
    input: [{ json: { id: 1, name: 'A' } }],
    output: { onlyA: [{ json: { id: 1, name: 'A' } }] },
  },
  execute: ({ parameters: { match, ignore }, inputs }) => {
    const ofA = inputs.a ?? [];
    const a = ofA.map((item, at): Placed => ({ item, at }));
    const b = (inputs.b ?? []).map((item, index): Placed => ({ item, at: ofA.length + index }));
    const keyOf = ({ item }: Placed) => matchKey(item.json, match);
    const waiting = Map.groupBy(b, keyOf);
    // What has no key matches nothing, not even the like.
    waiting.delete(null);
    const found = {
      onlyA: [] as Found[],
      same: [] as Found[],
      different: [] as Found[],
      onlyB: [] as Found[],
    };
    for (const own of a) {
      // Of several with the same key the first meets the first, the second the second.
      const other = waiting.get(keyOf(own))?.shift();
      if (!other) found.onlyA.push({ item: own.item, from: [own.at] });
      else compare(found, own, other, ignore);
    }
    const left = new Set([...waiting.values()].flat());
    for (const other of b)
      if (left.has(other) || keyOf(other) === null) found.onlyB.push({ item: other.item, from: [other.at] });
    const ports = Object.entries(found);
    return {
      outputs: Object.fromEntries(ports.map(([port, each]) => [port, each.map(({ item }) => item)])),
      pairing: Object.fromEntries(ports.map(([port, each]) => [port, each.map(({ from }) => from)])),
    };
  },
});

const compare = (
  found: { readonly same: Found[]; readonly different: Found[] },
  own: Placed,
  other: Placed,
  ignore: readonly string[],
): void => {
  const [a, b] = [own.item.json, other.item.json].map((json) => ignore.reduce(withoutField, json)) as [
    JsonObject,
    JsonObject,
  ];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const fields = names.filter((name) => valueKey(fieldOf(a, name)) !== valueKey(fieldOf(b, name)));
  const from = [own.at, other.at];
  if (fields.length === 0) found.same.push({ item: own.item, from });
  else found.different.push({ item: { json: { a: own.item.json, b: other.item.json, fields } }, from });
};

const fieldOf = (json: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(json, name) ? json[name] : undefined;
