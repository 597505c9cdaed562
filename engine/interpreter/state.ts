import type { NodeErrorData } from '../errors.ts';
import type { PortItems } from '../item.ts';
import type {
  Arrival,
  ChildResult,
  ExecutionFinished,
  ItemDone,
  Pairing,
  ResumeReason,
  Wait,
} from './event.ts';
import type { Place } from './place.ts';
import type { Collected, Turn, TurnWish } from './turn.ts';

/** Changes when a state of an earlier release cannot be taken for one of this. */
export const SNAPSHOT_SCHEMA = 1;

/** Where an execution stands: the fold of its journal. Plain JSON, so that it can be stored between any two events. */
export interface ExecutionState {
  status: 'pending' | 'running' | ExecutionFinished['status'];
  startedAt: number;
  triggerRun: string | null;
  /** Set in the execution of a map's body: what has come to the map's input that gathers it. */
  body: { readonly nodeId: string; readonly arrivals: Arrival[] } | null;
  /** By run id. */
  runs: Record<string, RunState>;
  /** Run ids by node id, in the order they came to be. Keys have a prefix: a node may be called "constructor". */
  runsOf: Record<string, string[]>;
  /** How many runs of a node were let go of, by node id with the same prefix. */
  dropped: Record<string, number>;
  /** What loops have brought back, by the first run of their head. */
  collected: Record<string, Collected>;
  /** Set where every run is wanted to the end, as for the log. */
  keepsAll?: boolean;
  /** In the execution of a map's body: the map's run in the parent. */
  base?: { readonly run: string; readonly inputs: readonly Arrival[] };
  /** The runs that are not over. */
  live: Record<string, true>;
  liveCount: number;
  /** How many of them wait. */
  waitingCount: number;
  /** Arrivals at merges that have not fired. */
  waiting: MergeGroup[];
  /** How it will end, once that is certain; the final event says it for good. */
  ending: Ending | null;
  responded: boolean;
  parkedSince: number | null;
  /** How long it has been parked, or waited for children, in all; does not count against its timeout. */
  parkedMilliseconds: number;
  /** Until when it has waited for children that ran in its slices: of two at the same time the time counts once. */
  waitedUntil?: number;
}

export interface RunState {
  readonly id: string;
  readonly nodeId: string;
  readonly place: Place;
  readonly inputs: readonly Arrival[];
  status: 'queued' | 'started' | 'retrying' | 'waiting' | 'succeeded' | 'failed';
  /** The attempt under way or to come, from 1. */
  attempt: number;
  retryAt: number | null;
  itemsDone: ItemDone[];
  outputs: PortItems;
  pairing: Readonly<Record<string, Pairing>>;
  /** Whether its items went on to another node. */
  handedOn: boolean;
  /** Of a loop's head from its second run on. */
  turn?: Turn;
  /** Of a loop's head in the end: the port that gives what came back in all turns. */
  collectedPort?: string;
  /** The last thing it waited for; stays while it goes on from there. */
  wait?: WaitState;
}

export interface WaitState {
  readonly wait: Wait;
  /** How many waits of the run came before. */
  readonly earlier: number;
  /** Null while it waits. */
  reason: ResumeReason | null;
  /** By child: its execution, and what came of it. */
  readonly childIds: (string | null)[];
  readonly results: (ChildResult | null)[];
  /** By child: the attempt under way or to come, from 1, and when it may begin. */
  readonly attempts: number[];
  readonly startAt: number[];
}

/** What has come to one merge in one iteration. */
export interface MergeGroup {
  readonly nodeId: string;
  readonly place: Place;
  readonly arrivals: Arrival[];
  /** Set at the head of a loop: another turn that follows its run `previous`. */
  readonly next?: TurnWish & { readonly previous: string };
}

export interface Ending {
  readonly status: ExecutionFinished['status'];
  readonly error?: NodeErrorData & { readonly nodeId?: string };
}

export const emptyState = (): ExecutionState => ({
  status: 'pending',
  startedAt: 0,
  triggerRun: null,
  body: null,
  runs: {},
  runsOf: {},
  dropped: {},
  collected: {},
  live: {},
  liveCount: 0,
  waitingCount: 0,
  waiting: [],
  ending: null,
  responded: false,
  parkedSince: null,
  parkedMilliseconds: 0,
});

/** Throws for an id that no recorded event has made. */
export const runById = (state: ExecutionState, id: string): RunState => {
  const run = state.runs[id];
  if (!run) throw new Error(`The journal speaks of node run "${id}", which nothing led to.`);
  return run;
};

/** The ids of a node's runs, in the order they came to be. */
export const runIdsOf = (state: ExecutionState, nodeId: string): readonly string[] =>
  state.runsOf[`@${nodeId}`] ?? [];

export const addRun = (state: ExecutionState, run: RunState): void => {
  state.runs[run.id] = run;
  const key = `@${run.nodeId}`;
  const ids = state.runsOf[key];
  if (ids) ids.push(run.id);
  else state.runsOf[key] = [run.id];
  state.live[run.id] = true;
  state.liveCount += 1;
};

/** How many runs of a node there have been. */
export const countRuns = (state: ExecutionState, nodeId: string): number =>
  runIdsOf(state, nodeId).length + (state.dropped[`@${nodeId}`] ?? 0);

export const dropRuns = (state: ExecutionState, runs: readonly RunState[]): void => {
  for (const [nodeId, dropped] of Map.groupBy(runs, (run) => run.nodeId)) {
    const key = `@${nodeId}`;
    for (const { id } of dropped) delete state.runs[id];
    state.runsOf[key] = (state.runsOf[key] ?? []).filter((id) => state.runs[id] !== undefined);
    state.dropped[key] = (state.dropped[key] ?? 0) + dropped.length;
  }
};

export const endRun = (state: ExecutionState, run: RunState, status: 'succeeded' | 'failed'): void => {
  run.status = status;
  run.retryAt = null;
  if (!state.live[run.id]) return;
  delete state.live[run.id];
  state.liveCount -= 1;
};
