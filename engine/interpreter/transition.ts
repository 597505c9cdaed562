import { firstOutput, type Plan, type PlanNode } from '../compile/plan.ts';
import type * as journal from './event.ts';
import { awaitMerge, takeDueMerges } from './merge.ts';
import { itemsOf } from './pairing.ts';
import { comparePlaces, type Place, placeAfter } from './place.ts';
import { runIdOf } from './run-id.ts';
import {
  addRun,
  countRuns,
  type Ending,
  type ExecutionState,
  endRun,
  type RunState,
  runById,
  runIdsOf,
} from './state.ts';
import { type Turn, turnOf } from './turn.ts';
import { collectedOf, expectTurn, forgetTurns } from './turns.ts';
import { isWaiting } from './waits.ts';

/** What is to be done next. While a journal is replayed commands are dropped; `openCommands` tells what is left of them. */
export type Command = StartNode | Finish;

export interface StartNode {
  readonly kind: 'startNode';
  readonly run: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly inputs: readonly journal.Arrival[];
  /** Not before this time. */
  readonly at?: number;
}

interface Finish extends Ending {
  readonly kind: 'finish';
}

export interface Step {
  readonly state: ExecutionState;
  readonly commands: readonly Command[];
}

/**
 * How an execution moves: one event further, and what is to be done then. Synchronous and deterministic. The state given
 * is the one advanced and returned: a long execution would be copied for every event otherwise.
 */
export const transition = (plan: Plan, state: ExecutionState, event: journal.JournalEvent): Step => {
  const fold: Fold = { plan, state, commands: [] };
  if (state.parkedSince !== null) {
    state.parkedMilliseconds += Math.max(0, event.at - state.parkedSince);
    state.parkedSince = null;
  }
  (FOLDS[event.type] as (fold: Fold, event: journal.JournalEvent) => void)(fold, event);
  if (state.status === 'running') settle(fold);
  return fold;
};

/** Folds a journal, or more of one. */
export const replay = (
  plan: Plan,
  state: ExecutionState,
  events: readonly journal.JournalEvent[],
): ExecutionState => {
  for (const event of events) transition(plan, state, event);
  return state;
};

/** What is to be done in a state that was read back: everything begun and not over. */
export const openCommands = (state: ExecutionState): readonly Command[] => {
  if (state.ending) return [{ kind: 'finish', ...state.ending }];
  return Object.keys(state.live)
    .map((id) => runById(state, id))
    .filter((run) => run.status !== 'waiting')
    .map(startOf);
};

/** False for what a later release has written. */
export const isKnownEvent = (event: journal.JournalEvent): boolean => Object.hasOwn(FOLDS, event.type);

interface Fold {
  readonly plan: Plan;
  readonly state: ExecutionState;
  readonly commands: Command[];
}

type Folds = {
  readonly [Type in journal.JournalEvent['type']]: (
    fold: Fold,
    event: Extract<journal.JournalEvent, { type: Type }>,
  ) => void;
};

const FOLDS: Folds = {
  executionStarted: (fold, event) => {
    const { plan, state } = fold;
    const trigger = nodeOf(plan, event.triggerNodeId);
    state.status = 'running';
    state.startedAt = event.at;
    if (trigger.type.body) {
      beginBody(fold, trigger, event);
      return;
    }
    const run = makeRun(trigger, [], trigger.place);
    state.triggerRun = run.id;
    addRun(state, run);
    succeed(fold, run, { outputs: { [firstOutput(trigger)]: event.items }, pairing: {} });
  },
  nodeStarted: (fold, event) => {
    const run = runOf(fold, event);
    run.status = 'started';
    run.attempt = event.attempt;
    run.retryAt = null;
  },
  nodeSucceeded: (fold, event) => {
    const run = runOf(fold, event);
    run.attempt = event.attempt;
    if (event.turn) expectTurn(fold.state, nodeOf(fold.plan, run.nodeId), run, event.turn);
    succeed(
      fold,
      run,
      event.collected === undefined ? event : withCollected(fold, run, event, event.collected),
    );
  },
  nodeFailed: (fold, event) => {
    const run = runOf(fold, event);
    if (event.retryAt === null) {
      run.attempt = event.attempt;
      endRun(fold.state, run, 'failed');
      finish(fold, { status: 'failed', error: { ...event.error, nodeId: event.nodeId } });
    } else {
      run.status = 'retrying';
      run.attempt = event.attempt + 1;
      run.retryAt = event.retryAt;
      fold.commands.push(startOf(run));
    }
  },
  nodeWaiting: (fold, event) => {
    const run = runOf(fold, event);
    run.attempt = event.attempt;
    if (run.status !== 'waiting') fold.state.waitingCount += 1;
    run.status = 'waiting';
    run.retryAt = null;
    const { wait } = event;
    const children = wait.kind === 'child' ? wait.children.length : 0;
    run.wait = {
      wait,
      earlier: run.wait ? run.wait.earlier + 1 : 0,
      reason: null,
      childIds: new Array(children).fill(null),
      results: new Array(children).fill(null),
      attempts: new Array(children).fill(1),
      startAt: new Array(children).fill(0),
    };
    emit(fold, run, event);
  },
  nodeResumed: (fold, event) => {
    const run = runById(fold.state, event.run);
    if (!isWaiting(run) || run.wait.wait.id !== event.waitId) return;
    run.wait.reason = event.reason;
    run.status = 'queued';
    fold.state.waitingCount -= 1;
    run.attempt = 1;
    fold.commands.push(startOf(run));
  },
  childStarted: ({ state }, event) => {
    const children = runById(state, event.run).wait;
    if (children) children.childIds[event.index] = event.executionId;
    if (event.since === undefined) return;
    state.parkedMilliseconds += Math.max(0, event.at - Math.max(event.since, state.waitedUntil ?? 0));
    state.waitedUntil = event.at;
  },
  childEnded: ({ state }, event) => {
    const children = runById(state, event.run).wait;
    if (!children) return;
    if (event.retryAt === null) {
      children.results[event.index] ??= event.result;
      return;
    }
    children.childIds[event.index] = null;
    children.attempts[event.index] = (children.attempts[event.index] ?? 1) + 1;
    children.startAt[event.index] = event.retryAt;
  },
  itemsDone: ({ state }, event) => {
    runById(state, event.run).itemsDone.push(...event.items);
  },
  responded: ({ state }) => {
    state.responded = true;
  },
  cancelRequested: (fold) => {
    fold.state.ending = null;
    finish(fold, { status: 'cancelled' });
  },
  parked: ({ state }, event) => {
    state.parkedSince = event.at;
  },
  executionFinished: ({ state }, event) => {
    state.status = event.status;
    state.ending = { status: event.status, ...(event.error ? { error: event.error } : {}) };
  },
};

/** The first reason to end stands. */
const finish = ({ state, commands }: Fold, ending: Ending): void => {
  state.ending ??= ending;
  commands.push({ kind: 'finish', ...state.ending });
};

/** The map's own run is where the body's items come from. What led to that lies in the state already, taken from the parent. */
const beginBody = (fold: Fold, map: PlanNode, { items, body }: journal.ExecutionStarted): void => {
  const { state } = fold;
  const port = map.type.body?.begins ?? '';
  const before = state.base;
  const run = { ...makeRun(map, before?.inputs ?? [], map.place), id: before?.run ?? map.id };
  state.triggerRun ??= run.id;
  state.body = { nodeId: map.id, arrivals: [] };
  addRun(state, run);
  succeed(fold, run, {
    outputs: { [port]: items },
    pairing: { [port]: before ? (body?.positions ?? []) : [] },
  });
};

const withCollected = (
  { state }: Fold,
  run: RunState,
  { outputs, pairing }: Emitted,
  port: string,
): Emitted => {
  run.collectedPort = port;
  const { items, from } = collectedOf(state, turnOf(run).loop);
  return { outputs: { ...outputs, [port]: items }, pairing: { ...pairing, [port]: from } };
};

const succeed = (fold: Fold, run: RunState, result: Emitted): void => {
  run.itemsDone = [];
  endRun(fold.state, run, 'succeeded');
  emit(fold, run, result);
};

type Emitted = Pick<RunState, 'outputs' | 'pairing'>;

/** A run that waited has emitted before, by other ports. */
const emit = (fold: Fold, run: RunState, { outputs, pairing }: Emitted): void => {
  run.outputs = run.wait ? { ...run.outputs, ...outputs } : outputs;
  run.pairing = run.wait ? { ...run.pairing, ...pairing } : pairing;
  handOn(fold, run, outputs);
};

/** Gives each port's items to the nodes that hang on it. A port without items activates nothing. */
const handOn = (fold: Fold, run: RunState, outputs: RunState['outputs']): void => {
  for (const [port, edges] of nodeOf(fold.plan, run.nodeId).edges) {
    if (run.wait && !Object.hasOwn(outputs, port)) continue;
    if (itemsOf(fold.state, run.id, port).length === 0) continue;
    run.handedOn = true;
    for (const edge of edges) {
      const target = nodeOf(fold.plan, edge.target);
      if (fold.state.body?.nodeId === edge.target) {
        fold.state.body.arrivals.push({ run: run.id, sourcePort: port, targetPort: edge.targetPort });
        continue;
      }
      const arrival = { run: run.id, sourcePort: port, targetPort: edge.targetPort };
      const place = placeAfter(run.place, edge, target);
      if (target.joinsAny) {
        if (!hasRunAt(fold.state, target, place)) queue(fold, target, place, [arrival]);
      } else if (target.inputs.length > 1 || target.isHead) awaitMerge(fold.state, target, place, arrival);
      else queue(fold, target, place, [arrival]);
    }
  }
};

const hasRunAt = (state: ExecutionState, node: PlanNode, place: Place): boolean =>
  runIdsOf(state, node.id).some((id) => comparePlaces(runById(state, id).place, place) === 0);

const queue = (
  fold: Fold,
  node: PlanNode,
  place: Place,
  inputs: readonly journal.Arrival[],
  turn?: Turn,
): void => {
  const { plan, state, commands } = fold;
  const most = plan.settings.maxNodeRuns;
  // A loop with a head has a limit of its own.
  if (!turn && countRuns(state, node.id) >= most) {
    const message = `Node "${node.name}" has run ${most} times, the most that settings.maxNodeRuns allows.`;
    const error = { code: 'execution.tooManyRuns', message, retryable: false, nodeId: node.id };
    finish(fold, { status: 'failed', error });
    return;
  }
  const run = makeRun(node, inputs, place, turn?.index);
  if (turn) run.turn = turn;
  addRun(state, run);
  commands.push(startOf(run));
};

/** After an event: merges that are due, and the end when nothing is left. */
const settle = (fold: Fold): void => {
  const { plan, state } = fold;
  if (state.ending) return;
  for (const due of takeDueMerges(plan, state)) {
    queue(fold, due.node, due.place, due.inputs, due.turn);
    if (due.turn) forgetTurns(plan, state, due.node, due.place);
  }
  if (state.liveCount === 0) finish(fold, { status: 'completed' });
};

const startOf = ({ id, nodeId, attempt, inputs, retryAt }: RunState): StartNode => {
  const command = { kind: 'startNode', run: id, nodeId, attempt, inputs } as const;
  return retryAt === null ? command : { ...command, at: retryAt };
};

const makeRun = (
  node: PlanNode,
  inputs: readonly journal.Arrival[],
  place: Place,
  turn?: number,
): RunState => ({
  id: runIdOf(node, inputs, turn),
  nodeId: node.id,
  place,
  inputs,
  status: 'queued',
  attempt: 1,
  retryAt: null,
  itemsDone: [],
  outputs: {},
  pairing: {},
  handedOn: false,
});

type NodeEvent = journal.NodeStarted | journal.NodeSucceeded | journal.NodeFailed | journal.NodeWaiting;

/** The run an event speaks of. One that this release would not have begun is taken over as it was recorded. */
const runOf = ({ plan, state }: Fold, event: NodeEvent): RunState => {
  const known = state.runs[event.run];
  if (known) return known;
  const node = nodeOf(plan, event.nodeId);
  const recorded = { ...makeRun(node, event.inputs, node.place), id: event.run };
  addRun(state, recorded);
  return recorded;
};

const nodeOf = (plan: Plan, id: string): PlanNode => {
  const node = plan.nodes.get(id);
  if (!node) throw new Error(`Node "${id}" is not in the plan.`);
  return node;
};
