import { firstOutput, type PlanNode } from '../compile/plan.ts';
import { NodeError, type NodeErrorData } from '../errors.ts';
import { ERROR_PORT, type Item, type Json, type PortItems } from '../item.ts';
import type { NodeResult } from '../nodes/define-node.ts';
import type { Attempt } from './attempt.ts';
import type { ItemDone, NodeFailed, NodeSucceeded, NodeWaiting, Pairing } from './event.ts';
import { pairingOf } from './pairing.ts';
import { retryDelay } from './retry.ts';
import type { RunState } from './state.ts';
import { nextWaitId } from './waits.ts';

/** How an attempt ended, as the journal will say it. */
export interface Conclusion {
  readonly event: NodeSucceeded | NodeFailed | NodeWaiting;
  readonly response: NodeResult['response'];
  readonly stop: NodeResult['stop'];
}

/** Retry first, then `onError`. A node that works item by item repeats only the items another attempt may help. */
export const conclude = (
  node: PlanNode,
  run: RunState,
  attempt: Attempt,
  now: number,
  random: () => number,
): Conclusion => {
  const errors: NodeErrorData[] = [];
  let response: NodeResult['response'];
  let stop: NodeResult['stop'];
  for (const each of attempt.results) {
    if (!each) continue;
    if ('error' in each) errors.push(each.error);
    else {
      for (const { error } of each.result.itemErrors ?? []) errors.push(error);
      response ??= each.result.response;
      stop ??= each.result.stop;
    }
  }
  const base = {
    at: now,
    startedAt: attempt.startedAt,
    run: run.id,
    nodeId: node.id,
    attempt: run.attempt,
    inputs: run.inputs,
    ...attempt.runLines.said,
  };
  const failed = (error: NodeErrorData, retryAt: number | null): Conclusion => ({
    event: { type: 'nodeFailed', ...base, error, retryAt },
    response: undefined,
    stop: undefined,
  });

  const isStop = node.written.onError === 'stop';
  const final = errors.find((error) => !error.retryable);
  const passing = errors.find((error) => error.retryable);
  if (passing && !(isStop && final)) {
    const delay = retryDelay(node.written.retry, run.attempt, longestWait(errors, passing), random);
    if (delay !== null) return failed(passing, now + delay);
  }
  const [first] = errors;
  if (first && isStop) return failed(withItem(attempt, final ?? first), null);

  const { outputs, pairing } =
    node.type.mode === 'perItem' ? joinItems(node, attempt) : onlyResult(node, attempt);
  const wait = first ? null : waitOf(run, attempt);
  if (wait) return { event: { type: 'nodeWaiting', ...base, outputs, pairing, wait }, response, stop };
  const event = { type: 'nodeSucceeded', ...base, outputs, pairing, ...turnIn(attempt) } as const;
  return { event: first ? { ...event, error: first } : event, response, stop };
};

/** Says which of several items it was, counted from 1, where the node works on each. */
const withItem = ({ results, items }: Attempt, error: NodeErrorData): NodeErrorData => {
  const index = results.findIndex((each) => each && 'error' in each && each.error === error);
  const [only] = results;
  const ofOne =
    only && 'result' in only ? only.result.itemErrors?.find((each) => each.error === error) : undefined;
  const at = results.length > 1 ? index : (ofOne?.index ?? -1);
  if (at < 0 || items.length < 2) return error;
  const [, text = '', end = ''] = /^(.*?)(\.?)$/s.exec(error.message) ?? [];
  return { ...error, message: `${text} (item ${at + 1} of ${items.length})${end}` };
};

const turnIn = ({ results }: Attempt): Pick<NodeSucceeded, 'turn' | 'collected'> => {
  const [only] = results;
  if (results.length !== 1 || !only || 'error' in only) return NO_TURN;
  const { turn, collected } = only.result;
  if (!turn && collected === undefined) return NO_TURN;
  return { ...(turn ? { turn } : {}), ...(collected === undefined ? {} : { collected }) };
};
const NO_TURN = {};

const waitOf = (run: RunState, attempt: Attempt): NodeWaiting['wait'] | null => {
  const [only] = attempt.results;
  if (!only || 'error' in only || !only.result.wait) return null;
  const { wait } = only.result;
  const id = nextWaitId(run);
  return wait.kind === 'child' ? { ...wait, id, until: null } : { ...wait, id };
};

/** What an attempt got done that is not recorded yet, for one that follows. Only nodes that work item by item can go on in the middle. */
export const itemsDoneOf = (run: RunState, attempt: Attempt): ItemDone[] => {
  if (attempt.results.length < 2) return [];
  const known = new Set(run.itemsDone.map((done) => done.index));
  return attempt.results.flatMap((result, index): ItemDone[] => {
    if (!result || known.has(index)) return [];
    if ('result' in result) return [{ index, outputs: result.result.outputs }];
    return result.error.retryable ? [] : [{ index, error: result.error }];
  });
};

/** A node run that is not attempted: disabled, it hands its items through; in a test it may give pinned ones. */
export const withoutAttempt = (
  node: PlanNode,
  run: RunState,
  now: number,
  items: readonly Item[],
  pairing: Pairing,
): NodeSucceeded => ({
  type: 'nodeSucceeded',
  at: now,
  startedAt: now,
  run: run.id,
  nodeId: node.id,
  attempt: run.attempt,
  inputs: run.inputs,
  outputs: { [firstOutput(node)]: items },
  pairing: { [firstOutput(node)]: pairing },
});

const longestWait = (errors: readonly NodeErrorData[], error: NodeErrorData): NodeErrorData => {
  const asked = Math.max(0, ...errors.map((each) => each.retryAfter ?? 0));
  return asked > 0 ? { ...error, retryAfter: asked } : error;
};

type Outputs = Pick<NodeSucceeded, 'outputs' | 'pairing'>;

const onlyResult = (node: PlanNode, attempt: Attempt): Outputs => {
  const [only] = attempt.results;
  if (only && 'result' in only) {
    const { outputs, pairing = {}, itemErrors = [] } = only.result;
    const paired = { outputs, pairing: { ...pairFromAll(outputs), ...pairing } };
    return itemErrors.length === 0 ? paired : withItemErrors(node, attempt, paired, itemErrors);
  }
  const port = errorPort(node);
  const error = only?.error ?? NodeError.from(undefined).toData();
  return {
    outputs: { [port]: attempt.items.map((item) => errorItem(item, error)) },
    pairing: { [port]: 'same' },
  };
};

/** Items that failed go behind those that leave by the same port. */
const withItemErrors = (
  node: PlanNode,
  attempt: Attempt,
  { outputs, pairing }: Outputs,
  itemErrors: NonNullable<NodeResult['itemErrors']>,
): Outputs => {
  const port = errorPort(node);
  const before = outputs[port] ?? [];
  const failed = itemErrors.map(({ index, error }) => errorItem(attempt.items[index] ?? { json: {} }, error));
  const from = [
    ...originsIn(pairing[port], before.length, attempt.items.length),
    ...itemErrors.map(({ index }) => index),
  ];
  return {
    outputs: { ...outputs, [port]: [...before, ...failed] },
    pairing: { ...pairing, [port]: from },
  };
};

const originsIn = (
  pairing: Pairing | undefined,
  count: number,
  inputs: number,
): readonly (number | readonly number[])[] => {
  if (typeof pairing === 'object') return pairing;
  const all = Array.from({ length: inputs }, (_, index) => index);
  return Array.from({ length: count }, (_, index) => (pairing === 'same' ? index : all));
};

const pairFromAll = (outputs: NodeResult['outputs']): Record<string, Pairing> =>
  Object.fromEntries(Object.keys(outputs).map((port) => [port, 'all']));

/** The results of single items put together in the items' order, whatever order they ended in. */
const joinItems = (node: PlanNode, attempt: Attempt): Outputs => {
  const [only] = attempt.results;
  if (attempt.items.length === 1 && only && 'result' in only) return onlyItem(only.result.outputs);

  const ports = new Map<string, { readonly items: Item[]; readonly from: number[] }>();
  const add = (port: string, item: Item, from: number) => {
    const joined = ports.get(port) ?? { items: [], from: [] };
    if (joined.items.push(item) === 1) ports.set(port, joined);
    joined.from.push(from);
  };
  for (const [index, source] of attempt.items.entries()) {
    const result = attempt.results[index];
    if (!result) continue;
    if ('error' in result) add(errorPort(node), errorItem(source, result.error), index);
    else for (const [port, item] of itemsIn(result.result.outputs)) add(port, item, index);
  }
  const joined = [...ports];
  // Not in the order in which items happened to take them.
  if (joined.length > 1) joined.sort(([a], [b]) => node.outputs.indexOf(a) - node.outputs.indexOf(b));
  return {
    outputs: Object.fromEntries(joined.map(([port, { items }]) => [port, items])),
    pairing: Object.fromEntries(
      joined.map(([port, { from }]) => [port, pairingOf(from, attempt.items.length)]),
    ),
  };
};

/** The way of nearly every node run: nothing to put together. */
const onlyItem = (outputs: PortItems): Outputs => {
  const pairing: Record<string, Pairing> = {};
  for (const port of Object.keys(outputs)) pairing[port] = outputs[port]?.length === 1 ? 'same' : 'all';
  return { outputs, pairing };
};

function* itemsIn(outputs: PortItems): Iterable<[port: string, item: Item]> {
  for (const port of Object.keys(outputs)) for (const item of outputs[port] ?? []) yield [port, item];
}

const errorPort = (node: PlanNode): string =>
  node.written.onError === 'branch' ? ERROR_PORT : firstOutput(node);

/** The item an error happened to, with what happened. */
const errorItem = (item: Item, error: NodeErrorData): Item => ({
  ...item,
  json: { ...item.json, error: { ...error } as { readonly [key: string]: Json } },
});
