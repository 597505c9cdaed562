import { firstOutput, type PlanNode } from '../compile/plan.ts';
import { NodeError, type NodeErrorData } from '../errors.ts';
import { ERROR_PORT, type Item, type Json } from '../item.ts';
import type { NodeResult } from '../nodes/define-node.ts';
import type { Attempt } from './attempt.ts';
import type { ItemDone, NodeFailed, NodeSucceeded, Pairing } from './event.ts';
import { pairingOf } from './pairing.ts';
import { retryDelay } from './retry.ts';
import type { RunState } from './state.ts';

/** How an attempt ended, as the journal will say it. */
export interface Conclusion {
  readonly event: NodeSucceeded | NodeFailed;
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
  const results = attempt.results.filter((result) => result !== undefined);
  const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
  const told = results.flatMap((result) => ('result' in result ? [result.result] : []));
  const base = {
    at: now,
    startedAt: attempt.startedAt,
    run: run.id,
    nodeId: node.id,
    attempt: run.attempt,
    inputs: run.inputs,
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
  if (first && isStop) return failed(final ?? first, null);

  const outputs = node.type.mode === 'perItem' ? joinItems(node, attempt) : onlyResult(node, attempt);
  return {
    event: { type: 'nodeSucceeded', ...base, ...outputs, ...(first ? { error: first } : {}) },
    response: told.find((result) => result.response)?.response,
    stop: told.find((result) => result.stop)?.stop,
  };
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
    const { outputs, pairing = {} } = only.result;
    return { outputs, pairing: { ...pairFromAll(outputs), ...pairing } };
  }
  const port = errorPort(node);
  const error = only?.error ?? NodeError.from(undefined).toData();
  return {
    outputs: { [port]: attempt.items.map((item) => errorItem(item, error)) },
    pairing: { [port]: 'same' },
  };
};

const pairFromAll = (outputs: NodeResult['outputs']): Record<string, Pairing> =>
  Object.fromEntries(Object.keys(outputs).map((port) => [port, 'all']));

/** The results of single items put together in the items' order, whatever order they ended in. */
const joinItems = (node: PlanNode, attempt: Attempt): Outputs => {
  const outputs: Record<string, Item[]> = {};
  const sources: Record<string, number[]> = {};
  const add = (port: string, item: Item, from: number) => {
    outputs[port] ??= [];
    sources[port] ??= [];
    outputs[port].push(item);
    sources[port].push(from);
  };
  for (const [index, source] of attempt.items.entries()) {
    const result = attempt.results[index];
    if (!result) continue;
    if ('error' in result) {
      add(errorPort(node), errorItem(source, result.error), index);
      continue;
    }
    for (const port of Object.keys(result.result.outputs)) {
      for (const item of result.result.outputs[port] ?? []) add(port, item, index);
    }
  }
  const pairing = Object.entries(sources).map(([port, from]) => [
    port,
    pairingOf(from, attempt.items.length),
  ]);
  return { outputs, pairing: Object.fromEntries(pairing) };
};

const errorPort = (node: PlanNode): string =>
  node.written.onError === 'branch' ? ERROR_PORT : firstOutput(node);

/** The item an error happened to, with what happened. */
const errorItem = (item: Item, error: NodeErrorData): Item => ({
  ...item,
  json: { ...item.json, error: { ...error } as { readonly [key: string]: Json } },
});
