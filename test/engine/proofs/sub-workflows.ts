import type { Definition } from '../../../engine/definition.ts';
import { aDefinition } from '../engine-world.ts';
import { double, get, type Nodes, of, type Shape, send, shape, three, WORKFLOWS, wait } from './workflows.ts';

const called = (nodes: Nodes, edges: readonly string[]): Definition =>
  aDefinition({ called: { type: 'trigger.workflow' }, ...nodes }, edges);
const call = (workflowId: string, parameters: object = {}, more: object = {}) =>
  of('flow.subworkflow', { workflowId, ...parameters }, more);

const workflows = {
  wf_double: double,
  wf_computes: called({ add: { type: 'add' } }, ['called -> add']),
  wf_reads: called({ ask: get('https://ask') }, ['called -> ask']),
  wf_twice: called({ one: send('https://one'), two: send('https://two') }, ['called -> one', 'one -> two']),
  wf_waits: called({ one: send('https://one'), w: wait(5, 'minutes'), two: send('https://two') }, [
    'called -> one',
    'one -> w',
    'w -> two',
  ]),
  wf_fails: called({ bad: send('https://500') }, ['called -> bad']),
  wf_calls: called({ sub: call('wf_double'), end: send('https://end') }, ['called -> sub', 'sub -> end']),
  wf_circle: called({ again: call('wf_calls') }, ['called -> again']),
};

const calling = (node: Nodes[string], more: Partial<Shape> = {}): Shape =>
  shape({ a: send('https://a'), sub: node, b: send('https://b') }, ['start -> a', 'a -> sub', 'sub -> b'], {
    given: three,
    workflows,
    ...more,
  });

const SHAPES: Readonly<Record<string, Shape>> = {
  'a call of what computes': calling(call('wf_computes')),
  'a call of what reads': calling(call('wf_reads')),
  'a call of what writes twice': calling(call('wf_twice')),
  'a call of what waits': calling(call('wf_waits')),
  'a call of what calls': calling(call('wf_calls')),
  'a call of what calls what calls': calling(call('wf_circle')),
  'a call of what fails': calling(call('wf_fails')),
  'a call of what fails, whose failure is let pass': calling(call('wf_fails', {}, { onError: 'continue' })),
  'a call of what fails, tried again': calling(
    call('wf_fails', {}, { retry: { maxAttempts: 2, initialDelaySeconds: 1, jitter: false } }),
  ),
  'a call for each item, two at a time': calling(call('wf_twice', { mode: 'perItem', concurrency: 2 })),
  'a call for each item, of what waits': calling(call('wf_waits', { mode: 'perItem', concurrency: 2 })),
  'a call that comes first': shape({ sub: call('wf_double') }, ['start -> sub'], { workflows }),
  'a call beside a write': shape(
    { sub: call('wf_twice'), a: send('https://a'), join: { type: 'flow.merge' }, b: send('https://b') },
    ['start -> sub', 'start -> a', 'sub -> join.input1', 'a -> join.input2', 'join -> b'],
    { workflows },
  ),
};

const among = Object.entries({ ...WORKFLOWS, ...SHAPES }).filter(
  ([, each]) => Object.keys(each.workflows).length > 0,
);

/** Workflows that call others, each as it is where the others begin in the same slice, and where they do not. */
export const SUB_WORKFLOWS: Readonly<Record<string, Shape>> = {
  ...SHAPES,
  ...Object.fromEntries(
    among.map(([name, each]) => [`${name}, in the same slice`, { ...each, runsChildren: true }]),
  ),
};
