import type { Definition } from '../../../engine/definition.ts';
import { aDefinition } from '../engine-world.ts';

const send = (url: string) => ({ type: 'send', parameters: { url } });
const get = (url: string) => ({ type: 'get', parameters: { url } });

/** Workflows of every form that matters to recovery. */
export const SHAPES: Readonly<Record<string, Definition>> = {
  'a chain of writes': aDefinition(
    {
      start: { type: 'start' },
      a: send('https://a'),
      b: { type: 'add' },
      c: send('https://cc'),
      d: { type: 'add' },
    },
    ['start -> a', 'a -> b', 'b -> c', 'c -> d'],
  ),
  'pure work before and after a read': aDefinition(
    { start: { type: 'start' }, a: { type: 'add' }, b: get('https://bb'), c: { type: 'add' } },
    ['start -> a', 'a -> b', 'b -> c'],
  ),
  'branches that act at the same time and meet': aDefinition(
    {
      start: { type: 'start' },
      a: send('https://a-slow-one'),
      b: send('https://b'),
      c: send('https://ccc'),
      join: { type: 'merge' },
      end: send('https://end'),
    },
    ['start -> a', 'start -> b', 'b -> c', 'a -> join.left', 'c -> join.right', 'join -> end'],
  ),
  'a merge with a branch not taken': aDefinition(
    {
      start: { type: 'start' },
      is: { type: 'below', parameters: { limit: 5 } },
      yes: send('https://yes'),
      no: send('https://no'),
      join: { type: 'merge' },
    },
    ['start -> is', 'is.true -> yes', 'is.false -> no', 'yes -> join.left', 'no -> join.right'],
  ),
  'several ways into one node': aDefinition(
    {
      start: { type: 'start' },
      a: send('https://aaaa'),
      b: send('https://b'),
      c: send('https://cc'),
      d: { type: 'add' },
    },
    ['start -> a', 'start -> b', 'a -> c', 'b -> c', 'c -> d'],
  ),
  'a cycle that acts in each iteration': aDefinition(
    {
      start: { type: 'start' },
      add: { type: 'add' },
      act: send('https://act'),
      again: { type: 'below', parameters: { limit: 3 } },
      end: { type: 'collect' },
    },
    ['start -> add', 'add -> act', 'act -> again', 'again.true -> add', 'again.false -> end'],
  ),
  'many items, each sent by itself': aDefinition(
    {
      start: { type: 'start' },
      split: { type: 'split', parameters: { count: 12 } },
      act: send('https://each'),
      end: { type: 'collect' },
    },
    ['start -> split', 'split -> act', 'act -> end'],
  ),
  'a merge inside a cycle': aDefinition(
    {
      start: { type: 'start' },
      add: { type: 'add' },
      left: send('https://left-and-slow'),
      right: { type: 'set', parameters: { right: true } },
      join: { type: 'merge' },
      unpack: { type: 'set', parameters: { n: '{{ $json.left[0].n }}', left: null, right: null } },
      again: { type: 'below', parameters: { limit: 3 } },
      end: { type: 'pass' },
    },
    [
      'start -> add',
      'add -> left',
      'add -> right',
      'left -> join.left',
      'right -> join.right',
      'join -> unpack',
      'unpack -> again',
      'again.true -> add',
      'again.false -> end',
    ],
  ),
  'an answer with work behind it': aDefinition(
    {
      start: { type: 'start' },
      a: send('https://a'),
      answer: { type: 'respond', parameters: { body: 'ok' } },
      b: send('https://b'),
    },
    ['start -> a', 'a -> answer', 'answer -> b'],
  ),
};
