import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Pairing } from '../interpreter/event.ts';
import type { Item, JsonObject } from '../item.ts';
import { defineNode, type NodeResult } from './define-node.ts';
import { matchKey } from './value-order.ts';

const MAX_INPUTS = 10;
/** Keys that are all the same multiply: every item of the one input with every item of the other. */
const MAX_JOINED = 100_000;

const parameters = z.strictObject({
  mode: z.enum(['append', 'combineByKey', 'combineByPosition', 'chooseBranch']).default('append').meta({
    title: 'Mode',
    description:
      'All items one after the other; joined where fields are equal; joined one by one; or those of one input.',
  }),
  wait: z.enum(['all', 'any']).default('all').meta({
    title: 'Wait for',
    description:
      'All inputs that can still get something; or any: the first that comes goes on, and the others are let go.',
  }),
  inputs: z
    .int()
    .min(2)
    .max(MAX_INPUTS)
    .default(2)
    .meta({ title: 'Inputs', description: 'How many there are.' }),
  keys: z.array(z.string().min(1).max(512)).max(10).default([]).meta({
    title: 'Keys',
    description: 'Fields that must be equal for items of the first two inputs to be joined.',
  }),
  join: z.enum(['inner', 'left', 'outer']).default('inner').meta({
    title: 'Join',
    description: 'Items without a partner: none, those of the first input, or all are kept.',
  }),
  branch: z
    .int()
    .min(1)
    .max(MAX_INPUTS)
    .default(1)
    .meta({ title: 'Branch', description: 'The input whose items go on.' }),
});

type Given = z.output<typeof parameters>;

const inputCount = ({ inputs }: JsonObject): number =>
  typeof inputs === 'number' && Number.isInteger(inputs) && inputs >= 2 && inputs <= MAX_INPUTS ? inputs : 2;

const inputNames = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `input${index + 1}`);

/** An item with its position among all items of the run, port after port: what pairing counts by. */
interface Arrived {
  readonly item: Item;
  readonly at: number;
}

/** What comes out, each with the positions it was made from. */
type Joined = readonly (readonly Arrived[])[];

const MODES: Readonly<
  Record<Given['mode'], (inputs: readonly (readonly Arrived[])[], given: Given) => Joined>
> = {
  append: (inputs) => inputs.flat().map((each) => [each]),
  chooseBranch: (inputs, { branch }) => (inputs[branch - 1] ?? []).map((each) => [each]),
  combineByPosition: (inputs) => {
    const length = Math.max(...inputs.map((input) => input.length));
    return Array.from({ length }, (_, index) => inputs.flatMap((input) => input[index] ?? []));
  },
  combineByKey: ([left = [], right = []], { keys, join }) => {
    const partners = Map.groupBy(right, (each) => matchKey(each.item.json, keys));
    const found = new Set<Arrived>();
    let count = 0;
    const joined = left.flatMap((each): (readonly Arrived[])[] => {
      const key = matchKey(each.item.json, keys);
      const matching = key === null ? [] : (partners.get(key) ?? []);
      count += matching.length;
      if (count > MAX_JOINED)
        throw new NodeError('merge.tooMany', `Joining by these fields gives more than ${MAX_JOINED} items.`);
      for (const match of matching) found.add(match);
      if (matching.length === 0) return join === 'inner' ? [] : [[each]];
      return matching.map((match) => [each, match]);
    });
    return join === 'outer'
      ? [...joined, ...right.filter((each) => !found.has(each)).map((each) => [each])]
      : joined;
  },
};

/** Later inputs win where fields have the same name. */
const combine = (parts: readonly Arrived[]): Item => {
  const [first, ...rest] = parts.map(({ item }) => item);
  if (!first || rest.length === 0) return first ?? { json: {} };
  const binary = Object.assign({}, ...[first, ...rest].map((item) => item.binary ?? {}));
  const json = Object.fromEntries([first, ...rest].flatMap((item) => Object.entries(item.json)));
  return Object.keys(binary).length > 0 ? { json, binary } : { json };
};

export const flowMerge = defineNode({
  type: 'flow.merge',
  name: 'Merge',
  description: 'Waits for its branches and joins their items.',
  category: 'Flow',
  icon: 'merge',
  inputs: (written) => inputNames(inputCount(written)),
  parameters,
  joins: ({ wait }) => (wait === 'any' ? 'any' : 'all'),
  check: ({ mode, keys, branch, inputs, wait }) => [
    ...(wait === 'any' && mode !== undefined && mode !== 'append'
      ? [{ pointer: '/mode', message: 'must be append where the first input goes on alone' }]
      : []),
    ...(typeof inputs === 'string' && inputs.includes('{{')
      ? [{ pointer: '/inputs', message: 'must be a number: edges name inputs before anything is evaluated' }]
      : []),
    ...(mode === 'combineByKey' && !(Array.isArray(keys) && keys.length > 0)
      ? [{ pointer: '/keys', message: 'must name a field to join by' }]
      : []),
    ...(mode === 'combineByKey' && typeof inputs === 'number' && inputs > 2
      ? [{ pointer: '/inputs', message: 'must be 2 to join by fields' }]
      : []),
    ...(mode === 'chooseBranch' && typeof branch === 'number' && branch > inputCount({ inputs: inputs ?? 2 })
      ? [{ pointer: '/branch', message: 'must be one of the inputs' }]
      : []),
  ],
  example: {
    parameters: { mode: 'combineByPosition' },
    input: [{ json: { a: 1 } }, { json: { b: 2 } }],
    output: { main: [{ json: { a: 1, b: 2 } }] },
  },
  execute: ({ parameters: given, inputs }): NodeResult => {
    let at = 0;
    const arrived = inputNames(given.inputs).map((port) =>
      (inputs[port] ?? []).map((item): Arrived => ({ item, at: at++ })),
    );
    const joined = MODES[given.mode](arrived, given);
    const pairing: Pairing = joined.map((parts) => parts.map((part) => part.at));
    return { outputs: { main: joined.map(combine) }, pairing: { main: pairing } };
  },
});
