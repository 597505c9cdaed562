import { type AiUsage, addUsage } from '../ai/port.ts';
import type { Plan } from '../compile/plan.ts';
import type { NodeErrorData } from '../errors.ts';
import { type Item, MAIN_PORT, type PortItems } from '../item.ts';
import { nodesOfBody } from './body.ts';
import type {
  Arrival,
  ConsoleLine,
  ExecutionStarted,
  JournalEvent,
  NodeFailed,
  NodeStarted,
  NodeSucceeded,
  NodeWaiting,
} from './event.ts';
import { inputsOf } from './inputs.ts';
import { attemptKey, type ChildLog, childrenByAttempt } from './log-children.ts';
import { compareRuns } from './run-order.ts';
import { emptyState, type RunState, runById } from './state.ts';
import { replay } from './transition.ts';

/** One attempt at a node run as people see it. Times are milliseconds since 1970. */
export interface NodeRunLog {
  readonly nodeId: string;
  readonly run: string;
  readonly attempt: number;
  /** `skipped`: the execution ended and nothing led to the node. */
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'skipped';
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  readonly inputs: PortItems;
  readonly outputs: PortItems;
  readonly error: NodeErrorData | null;
  /** What the node said while it ran. */
  readonly console: readonly ConsoleLine[];
  /** What models have cost it; null when it asked none. */
  readonly usage: AiUsage | null;
  /** The executions that it has begun, in the order of their beginning. */
  readonly children: readonly ChildLog[];
}

/**
 * The execution log: a projection of the journal. With a plan it is in canonical order and also tells of the nodes that
 * still wait or were never reached.
 */
export const foldLog = (plan: Plan | null, events: readonly JournalEvent[]): readonly NodeRunLog[] => {
  const rows = rowsOf(events);
  if (!plan) return rows;
  const state = replay(plan, emptyState(), events);
  const ended = state.status !== 'pending' && state.status !== 'running';
  const known = new Set(rows.map((row) => attemptKey(row.run, row.attempt)));
  const open = Object.keys(state.live)
    .map((id) => runById(state, id))
    .filter(
      (run) => !known.has(attemptKey(run.id, run.attempt)) && !(ended && known.has(attemptKey(run.id, 1))),
    )
    .map((run) => unbegun(run, ended ? 'skipped' : 'pending', inputsOf(state, run)));
  const all = [...rows, ...open].sort((left, right) => {
    const [one, other] = [state.runs[left.run], state.runs[right.run]];
    return (one && other ? compareRuns(state, one, other) : 0) || left.attempt - right.attempt;
  });
  const reached = new Set(all.map((row) => row.nodeId));
  const missed = ended ? nodesToReach(plan, events, all).filter((id) => !reached.has(id)) : [];
  return [...all, ...missed.map((id) => unbegun({ id, nodeId: id, attempt: 1 }, 'skipped', {}))];
};

/** What an execution could come to: the body of a map is run by executions of its own, and these run nothing else. */
const nodesToReach = (
  plan: Plan,
  [first]: readonly JournalEvent[],
  rows: readonly NodeRunLog[],
): readonly string[] => {
  const bodyOf = (id: string): readonly string[] => {
    const node = plan.nodes.get(id);
    return node?.type.body ? [...nodesOfBody(plan, node)] : [];
  };
  if (first?.type === 'executionStarted' && first.body) return bodyOf(first.triggerNodeId);
  const elsewhere = new Set(
    rows.filter(({ children }) => children.length > 0).flatMap(({ nodeId }) => bodyOf(nodeId)),
  );
  return [...plan.nodes.keys()].filter((id) => !elsewhere.has(id));
};

/**
 * The attempts that ended at `from` or later in a run of events; those before only say what came to them. What came from
 * further back is left out.
 */
export const logRange = (events: readonly JournalEvent[], from: number): readonly NodeRunLog[] => {
  const ended = new Set(
    events.slice(from).flatMap((event) => {
      if (event.type === 'executionStarted') return [attemptKey(event.triggerNodeId, 1)];
      return event.type === 'nodeSucceeded' || event.type === 'nodeFailed'
        ? [attemptKey(event.run, event.attempt)]
        : [];
    }),
  );
  return rowsOf(events).filter(({ run, attempt }) => ended.has(attemptKey(run, attempt)));
};

/** What the events alone tell, in the order of the journal. */
const rowsOf = (events: readonly JournalEvent[]): NodeRunLog[] => {
  const rows = new Map<string, NodeRunLog>();
  const emitted = new Map<string, PortItems>();
  let trigger: PortItems = {};
  const put = (row: NodeRunLog) => rows.set(attemptKey(row.run, row.attempt), row);
  // The trigger's run is the one no event names: it succeeds by the execution's start.
  const resolve = (inputs: readonly Arrival[]): PortItems => {
    const byPort = Map.groupBy(inputs, ({ targetPort }) => targetPort);
    const itemsOf = ({ run, sourcePort }: Arrival) => itemsBy(emitted.get(run) ?? trigger, sourcePort);
    return Object.fromEntries([...byPort].map(([port, arrivals]) => [port, arrivals.flatMap(itemsOf)]));
  };

  for (const event of events) {
    if (event.type === 'executionStarted') {
      trigger = { [MAIN_PORT]: event.items };
      put(triggerRow(event, trigger));
    } else if (event.type === 'nodeStarted') {
      // One that waited goes on: what it had emitted, said and spent before stays.
      const before = rows.get(attemptKey(event.run, event.attempt));
      put(before?.status === 'running' ? before : startedRow(event, resolve(event.inputs)));
    } else if (event.type === 'nodeWaiting') {
      emitted.set(event.run, event.outputs);
      const before = rows.get(attemptKey(event.run, event.attempt));
      put({
        ...startedRow(event, resolve(event.inputs)),
        ...(before && { startedAt: before.startedAt }),
        outputs: event.outputs,
        console: [...(before?.console ?? []), ...(event.console ?? [])],
        usage: sumOf(before?.usage, event.usage),
      });
    } else if (event.type === 'nodeSucceeded' || event.type === 'nodeFailed') {
      const row = endedRow(event, resolve(event.inputs));
      // One that waited began, and emitted, before.
      const before = rows.get(attemptKey(event.run, event.attempt));
      const whole = {
        ...row,
        startedAt: before?.startedAt ?? row.startedAt,
        outputs: { ...before?.outputs, ...row.outputs },
        console: [...(before?.console ?? []), ...row.console],
        usage: sumOf(before?.usage, event.usage),
      };
      if (event.type === 'nodeSucceeded') emitted.set(event.run, whole.outputs);
      put(whole);
    } else if (event.type === 'executionFinished') {
      for (const row of rows.values()) if (row.status === 'running') put(cutRow(row, event.at));
    }
  }
  const children = childrenByAttempt(events);
  if (children.size === 0) return [...rows.values()];
  return [...rows.values()].map((row) => ({
    ...row,
    children: children.get(attemptKey(row.run, row.attempt)) ?? [],
  }));
};

const sumOf = (before: AiUsage | null | undefined, more: AiUsage | undefined): AiUsage | null =>
  before && more ? addUsage(before, more) : (more ?? before ?? null);

const itemsBy = (outputs: PortItems, port: string): readonly Item[] =>
  outputs[port] ?? (Object.keys(outputs).length === 1 ? Object.values(outputs)[0] : undefined) ?? [];

const triggerRow = (event: ExecutionStarted, outputs: PortItems): NodeRunLog => ({
  nodeId: event.triggerNodeId,
  run: event.triggerNodeId,
  attempt: 1,
  status: 'completed',
  startedAt: event.at,
  finishedAt: event.at,
  inputs: {},
  outputs,
  error: null,
  console: [],
  usage: null,
  children: [],
});

const startedRow = (event: NodeStarted | NodeWaiting, inputs: PortItems): NodeRunLog => ({
  ...identity(event),
  status: 'running',
  startedAt: event.type === 'nodeWaiting' ? event.startedAt : event.at,
  finishedAt: null,
  inputs,
  outputs: {},
  error: null,
  console: [],
  usage: null,
  children: [],
});

const endedRow = (event: NodeSucceeded | NodeFailed, inputs: PortItems): NodeRunLog => ({
  ...identity(event),
  status: event.type === 'nodeSucceeded' ? 'completed' : 'failed',
  startedAt: event.startedAt,
  finishedAt: event.at,
  inputs,
  outputs: event.type === 'nodeSucceeded' ? event.outputs : {},
  error: event.error ?? null,
  console: event.console ?? [],
  usage: event.usage ?? null,
  children: [],
});

const identity = ({ nodeId, run, attempt }: NodeStarted | NodeWaiting | NodeSucceeded | NodeFailed) => ({
  nodeId,
  run,
  attempt,
});

const unbegun = (
  run: Pick<RunState, 'id' | 'nodeId' | 'attempt'>,
  status: 'pending' | 'skipped',
  inputs: PortItems,
): NodeRunLog => ({
  nodeId: run.nodeId,
  run: run.id,
  attempt: run.attempt,
  status,
  startedAt: null,
  finishedAt: null,
  inputs,
  outputs: {},
  error: null,
  console: [],
  usage: null,
  children: [],
});

/** An attempt under way when the execution ended for another reason. */
const cutRow = (row: NodeRunLog, at: number): NodeRunLog => ({
  ...row,
  status: 'failed',
  finishedAt: at,
  error: {
    code: 'node.cut',
    message: 'The execution ended while the node was at work; whether it has acted is not known.',
    retryable: false,
  },
});
