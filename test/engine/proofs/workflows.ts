import type { NodeRegistry } from '../../../engine/compile/plan.ts';
import type { Definition } from '../../../engine/definition.ts';
import type { JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import type { InboxItem } from '../../../engine/ports.ts';
import { aDefinition, items, START } from '../engine-world.ts';
import { SHAPES } from '../interpreter/shapes.ts';
import { aRegistry, testTypes } from '../interpreter/test-nodes.ts';

/** A workflow of a form that matters, with what comes to it from outside. */
export interface Shape {
  readonly definition: Definition;
  readonly given: readonly JsonObject[];
  readonly inbox: readonly InboxItem[];
  readonly workflows: Readonly<Record<string, Definition>>;
  /** Sub-workflows begin in the slice of their parent. */
  readonly runsChildren?: boolean;
}

/** The nodes of the product, and those that only tests have. */
export const registry: NodeRegistry = new Map([
  ...nodeTypes,
  ...testTypes.flatMap((type) => {
    const found = aRegistry().get(type);
    return found ? [[type, found] as const] : [];
  }),
]);

export type Nodes = Parameters<typeof aDefinition>[0];

export const shape = (nodes: Nodes, edges: readonly string[], more: Partial<Shape> = {}): Shape => ({
  definition: aDefinition({ start: { type: 'trigger.manual' }, ...nodes }, edges),
  given: [{ n: 0 }],
  inbox: [],
  workflows: {},
  ...more,
});

export const send = (url: string, more: object = {}) => ({ type: 'send', parameters: { url }, ...more });
export const get = (url: string) => ({ type: 'get', parameters: { url } });
export const wait = (amount: number, unit: string) => ({
  type: 'flow.wait',
  parameters: { duration: { amount, unit } },
});
const when = (condition: string) => ({ type: 'flow.if', parameters: { condition } });
const set = (name: string, value: string) => ({
  type: 'data.set',
  parameters: { fields: [{ name, value }] },
});
export const of = (type: string, parameters: object = {}, more: object = {}) => ({
  type,
  parameters: parameters as never,
  ...more,
});
const noop = { type: 'flow.noop' };
const add = { type: 'add' };
export const three = [{ n: 1 }, { n: 2 }, { n: 3 }];
const answer = (waitId: string, data: unknown): InboxItem => ({
  kind: 'callback',
  waitId,
  at: START,
  data: data as never,
});

export const double = aDefinition(
  { called: { type: 'trigger.workflow' }, act: send('https://called'), add },
  ['called -> act', 'act -> add'],
);

export const WORKFLOWS: Readonly<Record<string, Shape>> = {
  ...Object.fromEntries(
    Object.entries(SHAPES).map(([name, definition]) => [name, { ...shape({}, []), definition }]),
  ),
  'a short wait between writes': shape(
    { a: send('https://a'), w: wait(2, 'seconds'), b: send('https://b') },
    ['start -> a', 'a -> w', 'w -> b'],
  ),
  'a long wait between writes': shape({ a: send('https://a'), w: wait(2, 'days'), b: send('https://b') }, [
    'start -> a',
    'a -> w',
    'w -> b',
  ]),
  'waits of different length in branches that meet': shape(
    {
      a: wait(1, 'hours'),
      b: wait(3, 'hours'),
      x: send('https://x'),
      join: { type: 'flow.merge' },
      end: send('https://end'),
    },
    ['start -> a', 'start -> b', 'a -> x', 'x -> join.input1', 'b -> join.input2', 'join -> end'],
  ),
  'a callback whose address is sent': shape(
    { w: of('flow.wait', { kind: 'callback' }), tell: send('https://tell'), end: send('https://end') },
    ['start -> w', 'w.link -> tell', 'w -> end'],
    { inbox: [answer('w.0', { ok: true })] },
  ),
  'a callback that nobody answers': shape(
    {
      w: of('flow.wait', { kind: 'callback', timeout: { amount: 1, unit: 'hours' }, onTimeout: 'branch' }),
      yes: send('https://yes'),
      no: send('https://no'),
    },
    ['start -> w', 'w -> yes', 'w.timeout -> no'],
  ),
  'an approval': shape(
    {
      ask: of('flow.approval'),
      tell: send('https://tell'),
      yes: send('https://yes'),
      no: send('https://no'),
    },
    ['start -> ask', 'ask.link -> tell', 'ask.approved -> yes', 'ask.rejected -> no'],
    { inbox: [answer('ask.0', { choice: 'approve', fields: {} })] },
  ),
  'an approval that a timeout decides': shape(
    {
      ask: of('flow.approval', { timeout: { amount: 2, unit: 'days' }, onTimeout: 'reject' }),
      no: send('https://no'),
    },
    ['start -> ask', 'ask.rejected -> no'],
  ),
  'two callbacks, the second answered first': shape(
    {
      a: of('flow.wait', { kind: 'callback' }),
      pause: wait(1, 'hours'),
      b: of('flow.wait', { kind: 'callback' }),
      end: send('https://end'),
    },
    ['start -> a', 'a -> pause', 'pause -> b', 'b -> end'],
    { inbox: [answer('b.0', 2), answer('a.0', 1)] },
  ),
  'a loop that writes for each item': shape(
    { loop: of('flow.loop'), act: send('https://act'), end: send('https://end') },
    ['start -> loop', 'loop.loop -> act', 'act -> loop', 'loop.done -> end'],
    { given: three },
  ),
  'a loop that waits in each turn': shape(
    { loop: of('flow.loop', { batchSize: 2 }), w: wait(1, 'hours'), act: send('https://act'), end: noop },
    ['start -> loop', 'loop.loop -> w', 'w -> act', 'act -> loop', 'loop.done -> end'],
    { given: three },
  ),
  'a loop whose turns bring nothing back': shape(
    { loop: of('flow.loop'), only: when('{{ $json.n = 2 }}'), act: send('https://act'), end: noop },
    ['start -> loop', 'loop.loop -> only', 'only.true -> act', 'act -> loop', 'loop.done -> end'],
    { given: three },
  ),
  'a loop with branches that meet': shape(
    {
      loop: of('flow.loop'),
      a: send('https://a-slow'),
      b: get('https://b'),
      join: of('flow.merge', { mode: 'combineByPosition' }),
      end: noop,
    },
    [
      'start -> loop',
      'loop.loop -> a',
      'loop.loop -> b',
      'a -> join.input1',
      'b -> join.input2',
      'join -> loop',
      'loop.done -> end',
    ],
    { given: three },
  ),
  'a loop within a loop': shape(
    {
      outer: of('flow.loop', { batchSize: 2 }),
      inner: of('flow.loop'),
      act: send('https://act'),
      back: noop,
      end: noop,
    },
    [
      'start -> outer',
      'outer.loop -> inner',
      'inner.loop -> act',
      'act -> inner',
      'inner.done -> back',
      'back -> outer',
      'outer.done -> end',
    ],
    { given: three },
  ),
  'a loop that writes aside': shape(
    { loop: of('flow.loop'), body: add, aside: send('https://aside'), end: noop },
    ['start -> loop', 'loop.loop -> body', 'body -> loop', 'body -> aside', 'loop.done -> end'],
    { given: three },
  ),
  'a while loop that polls': shape(
    {
      loop: of('flow.while', { condition: '{{ $json.n < 3 }}' }),
      ask: get('https://ask'),
      pause: wait(1, 'minutes'),
      add,
      end: send('https://end'),
    },
    ['start -> loop', 'loop.loop -> ask', 'ask -> pause', 'pause -> add', 'add -> loop', 'loop.done -> end'],
  ),
  'a map that writes in each batch': shape(
    { map: of('flow.map', { concurrency: 2 }), act: send('https://act'), end: send('https://end') },
    ['start -> map', 'map.item -> act', 'act -> map.collect', 'map.done -> end'],
    { given: three },
  ),
  'a map whose body looks out and waits': shape(
    {
      before: set('was', '{{ $json.n }}'),
      map: of('flow.map', { batchSize: 2 }),
      w: wait(20, 'minutes'),
      body: set('seen', '{{ $node("before").json.was }}'),
      end: set('out', '{{ $node("before").json.was }}'),
    },
    [
      'start -> before',
      'before -> map',
      'map.item -> w',
      'w -> body',
      'body -> map.collect',
      'map.done -> end',
    ],
    { given: three },
  ),
  'a map in a loop': shape(
    {
      loop: of('flow.loop', { batchSize: 2 }),
      map: of('flow.map'),
      act: send('https://act'),
      back: noop,
      end: noop,
    },
    [
      'start -> loop',
      'loop.loop -> map',
      'map.item -> act',
      'act -> map.collect',
      'map.done -> back',
      'back -> loop',
      'loop.done -> end',
    ],
    { given: three },
  ),
  'a map within a map': shape(
    { outer: of('flow.map', { batchSize: 2 }), inner: of('flow.map'), act: send('https://act'), end: noop },
    [
      'start -> outer',
      'outer.item -> inner',
      'inner.item -> act',
      'act -> inner.collect',
      'inner.done -> outer.collect',
      'outer.done -> end',
    ],
    { given: three },
  ),
  'a sub-workflow': shape(
    { a: send('https://a'), sub: of('flow.subworkflow', { workflowId: 'wf_double' }), b: send('https://b') },
    ['start -> a', 'a -> sub', 'sub -> b'],
    { given: three, workflows: { wf_double: double } },
  ),
  'a sub-workflow for each item': shape(
    {
      sub: of('flow.subworkflow', { workflowId: 'wf_double', mode: 'perItem', concurrency: 2 }),
      b: send('https://b'),
    },
    ['start -> sub', 'sub -> b'],
    { given: three, workflows: { wf_double: double } },
  ),
  'a sub-workflow that is not waited for': shape(
    { sub: of('flow.subworkflow', { workflowId: 'wf_double', wait: false }), b: send('https://b') },
    ['start -> sub', 'sub -> b'],
    { workflows: { wf_double: double } },
  ),
  'an error that goes on by its own port': shape(
    {
      bad: of('flow.subworkflow', { workflowId: 'wf_none' }, { onError: 'branch' }),
      act: send('https://act'),
    },
    ['start -> bad', 'bad.error -> act'],
  ),
  'an error that goes on with the items': shape(
    {
      act: {
        ...send('https://500'),
        onError: 'continue' as const,
        retry: { maxAttempts: 2, initialDelaySeconds: 60, jitter: false },
      },
      b: send('https://b'),
    },
    ['start -> act', 'act -> b'],
    { given: three },
  ),
  'an error that ends it': shape({ a: send('https://a'), bad: send('https://500') }, [
    'start -> a',
    'a -> bad',
  ]),
  'an answer with a wait behind it': shape(
    {
      a: send('https://a'),
      answer: { type: 'respond', parameters: { body: 'ok' } },
      w: wait(1, 'hours'),
      b: send('https://b'),
    },
    ['start -> a', 'a -> answer', 'answer -> w', 'w -> b'],
  ),
  'a switch to all that match': shape(
    {
      pick: of('flow.switch', {
        allMatching: true,
        rules: [
          { condition: '{{ $json.n > 1 }}', output: 'big' },
          { condition: '{{ $json.n < 3 }}', output: 'small' },
        ],
      }),
      a: send('https://aaa'),
      b: send('https://b'),
      c: { type: 'collect' },
    },
    ['start -> pick', 'pick.big -> a', 'pick.small -> b', 'a -> c', 'b -> c'],
    { given: three },
  ),
  'a stop while others work': shape({ a: send('https://a'), stop: of('flow.stop', { result: 'success' }) }, [
    'start -> a',
    'a -> stop',
  ]),
};

export const given = ({ definition, given: jsons }: Shape) => ({
  trigger: { nodeId: definition.nodes[0]?.id ?? '', items: items(...jsons) },
});
