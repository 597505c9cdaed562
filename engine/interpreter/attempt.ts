import type { Plan, PlanNode } from '../compile/plan.ts';
import { NodeError, type NodeErrorData } from '../errors.ts';
import type { Item, PortItems } from '../item.ts';
import type { Effect, NodeResult } from '../nodes/define-node.ts';
import type { EnginePorts, FilePort } from '../ports.ts';
import { inputsOf, mainItems } from './inputs.ts';
import { after, makeNodeCalls, type NodeCalls } from './node-calls.ts';
import type { Redactor } from './redactor.ts';
import { RunLines } from './run-lines.ts';
import { makeScopes, type ScopeFacts } from './scope.ts';
import type { ExecutionState, RunState } from './state.ts';

/** What the attempts of an execution share. */
export interface AttemptWorld {
  readonly plan: Plan;
  readonly state: ExecutionState;
  readonly ports: EnginePorts;
  readonly files: FilePort;
  readonly facts: ScopeFacts;
  /** Aborted when the execution ends or the slice must. */
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** Items that were found to be JSON. */
  readonly trusted: WeakSet<object>;
  /** Resolves when a node may act on the outside, with false when it may not any more. */
  readonly mayAct: (run: RunState, effect: Effect) => Promise<boolean>;
  /** Gives the host a turn when the interpreter has worked for a while; null when it need not. */
  readonly breathe: () => Promise<void> | null;
  /** True when no new items may be begun. */
  readonly isStopping: () => boolean;
}

/** What became of one call: of the run as a whole, or of one of its items. */
type CallResult = { readonly result: NodeResult } | { readonly error: NodeErrorData };

/** One attempt at a node run. */
export interface Attempt {
  readonly startedAt: number;
  readonly inputs: PortItems;
  readonly items: readonly Item[];
  /** By call; filled in as they end. Holes are left when the attempt was cut. */
  readonly results: (CallResult | undefined)[];
  readonly runLines: RunLines;
  /** Null when the attempt has ended already. Never rejects. */
  readonly ended: Promise<void> | null;
}

const CONCURRENCY = { pure: 1, outside: 10 } as const;

/** Begins an attempt; a pure node whose expressions are plain paths has ended when this returns. */
export const beginAttempt = (world: AttemptWorld, node: PlanNode, run: RunState): Attempt => {
  const startedAt = world.ports.clock.now();
  const inputs = inputsOf(world.state, run);
  const items = mainItems(inputs);
  const results = resultsSoFar(run, callsOf(node, items));
  const runLines = new RunLines();
  const calls = makeNodeCalls({
    node,
    inputs,
    items,
    scopeOf: makeScopes(factsFor(node, world.facts), world.plan, world.state, run, inputs, items, startedAt),
    ports: world.ports,
    files: world.files,
    redactor: world.redactor,
    runLines,
    signal: world.signal,
    trusted: world.trusted,
    keyPrefix: `${world.facts.execution.id}/${node.id}/${run.id}`,
    executionId: world.facts.execution.id,
    run,
  });
  const ended = node.type.pure
    ? runPure(world, node, calls, results)
    : runOutside(world, node, run, calls, results);
  return {
    startedAt,
    inputs,
    items,
    results,
    runLines,
    ended: ended?.finally(() => calls.close()) ?? null,
  };
};

/** A model is told no secret: what it makes of one could not be known again. */
const factsFor = (node: PlanNode, facts: ScopeFacts): ScopeFacts =>
  node.type.isAi ? { ...facts, secretVars: {} } : facts;

type Results = (CallResult | undefined)[];

const resultsSoFar = (run: RunState, calls: number): Results => {
  const results: Results = new Array(calls).fill(undefined);
  for (const done of run.itemsDone) {
    results[done.index] = 'error' in done ? { error: done.error } : { result: { outputs: done.outputs } };
  }
  return results;
};

/** The attempt that an earlier interpreter began and never ended, as one that failed where nothing was recorded. */
export const interruptedAttempt = (world: AttemptWorld, node: PlanNode, run: RunState): Attempt => {
  const startedAt = world.ports.clock.now();
  const inputs = inputsOf(world.state, run);
  const items = mainItems(inputs);
  const message = 'The node had begun when its interpreter stopped; whether it has acted is not known.';
  const error = new NodeError('node.interrupted', message).toData();
  const results = resultsSoFar(run, callsOf(node, items)).map((result) => result ?? { error });
  return { startedAt, inputs, items, results, runLines: new RunLines(), ended: null };
};

const callsOf = (node: PlanNode, items: readonly Item[]): number =>
  node.type.mode === 'perItem' ? items.length : 1;

/** How often a loop over items looks at the clock. */
const ITEMS_BETWEEN_BREATHS = 16;

const runPure = (
  world: AttemptWorld,
  node: PlanNode,
  calls: NodeCalls,
  results: Results,
): Promise<void> | null => {
  const one = (index: number) =>
    attemptCall(world.redactor, () => after(calls.prepare(index), (given) => calls.execute(index, given)));
  for (let index = 0; index < results.length; index += 1) {
    if (results[index]) continue;
    const pause = index % ITEMS_BETWEEN_BREATHS === ITEMS_BETWEEN_BREATHS - 1 ? world.breathe() : null;
    const result = pause ? pause.then(() => (world.isStopping() ? undefined : one(index))) : one(index);
    if (!(result instanceof Promise)) {
      results[index] = result;
      continue;
    }
    const first = result.then((value) => {
      results[index] = value;
    });
    return first.then(() => runLanes(world, node, results, one));
  }
  return null;
};

/** All parameters first: what the node is about to do decides what must be on disk before. */
const runOutside = async (
  world: AttemptWorld,
  node: PlanNode,
  run: RunState,
  calls: NodeCalls,
  results: Results,
): Promise<void> => {
  const prepared = new Map<number, unknown>();
  const effects = new Set<Effect>();
  for (let index = 0; index < results.length; index += 1) {
    if (results[index]) continue;
    try {
      const pending = calls.prepare(index);
      const parameters = pending instanceof Promise ? await pending : pending;
      prepared.set(index, parameters);
      effects.add(node.type.effect(parameters));
    } catch (thrown) {
      results[index] = failed(world.redactor, thrown);
    }
    if (index % ITEMS_BETWEEN_BREATHS === 0) await world.breathe();
  }
  if (prepared.size === 0 || !(await world.mayAct(run, strongest(effects)))) return;
  await runLanes(world, node, results, (index) =>
    attemptCall(world.redactor, () => calls.execute(index, prepared.get(index))),
  );
};

const strongest = (effects: ReadonlySet<Effect>): Effect =>
  effects.has('write') ? 'write' : effects.has('read') ? 'read' : 'pure';

type OneCall = (index: number) => CallResult | Promise<CallResult>;

/** Works on the calls without a result, several at once, until all are done or the slice must stop. */
const runLanes = async (
  world: AttemptWorld,
  node: PlanNode,
  results: Results,
  one: OneCall,
): Promise<void> => {
  const lanes = lanesOf(node);
  const begin = paced(world, node);
  let next = 0;
  const lane = async () => {
    while (next < results.length && !world.isStopping()) {
      const index = next;
      next += 1;
      if (results[index]) continue;
      const turn = begin?.();
      if (turn) await turn;
      if (world.isStopping()) return;
      const pending = one(index);
      results[index] = pending instanceof Promise ? await pending : pending;
      const pause = index % ITEMS_BETWEEN_BREATHS === 0 ? world.breathe() : null;
      if (pause) await pause;
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, results.length) }, lane));
};

const lanesOf = ({ type, written }: PlanNode): number => {
  const { concurrency = CONCURRENCY[type.pure ? 'pure' : 'outside'] } = type;
  return typeof concurrency === 'function' ? concurrency(written.parameters) : concurrency;
};

/** Called before each call: waits where its batch may not begin yet. Null for a node without a pace. */
const paced = (
  { ports, signal }: AttemptWorld,
  { type, written }: PlanNode,
): (() => Promise<void> | null) | null => {
  const pace = type.pace?.(written.parameters);
  if (!pace) return null;
  const beganAt = ports.clock.now();
  let begun = 0;
  return () => {
    const dueAt = beganAt + Math.floor(begun / pace.size) * pace.intervalMilliseconds;
    begun += 1;
    const wait = dueAt - ports.clock.now();
    return wait > 0 ? ports.clock.sleep(wait, signal).catch(() => undefined) : null;
  };
};

const attemptCall = (
  redactor: Redactor,
  call: () => NodeResult | Promise<NodeResult>,
): CallResult | Promise<CallResult> => {
  try {
    const result = call();
    return result instanceof Promise
      ? result.then(succeeded, (thrown) => failed(redactor, thrown))
      : { result };
  } catch (thrown) {
    return failed(redactor, thrown);
  }
};

const succeeded = (result: NodeResult): CallResult => ({ result });
const failed = (redactor: Redactor, thrown: unknown): CallResult => ({
  error: redactor.error(NodeError.from(thrown).toData()),
});
