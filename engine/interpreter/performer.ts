import type { PlanNode } from '../compile/plan.ts';
import { makeFiles } from '../files.ts';
import type { Effect, NodeResult } from '../nodes/define-node.ts';
import { type Attempt, type AttemptWorld, beginAttempt, interruptedAttempt } from './attempt.ts';
import { conclude, itemsDoneOf, withoutAttempt } from './conclude.ts';
import type { JournalEvent } from './event.ts';
import { inputsOf, mainItems } from './inputs.ts';
import type { Recorder } from './recorder.ts';
import { Redactor } from './redactor.ts';
import type { Slice } from './slice.ts';
import { type Ending, type RunState, runById } from './state.ts';
import type { StartNode } from './transition.ts';

interface PerformerHost {
  /** Aborts what is under way. */
  readonly signal: AbortSignal;
  /** True when nothing more may begin. */
  readonly isStopping: () => boolean;
  readonly breathe: () => Promise<void> | null;
  /** Something has changed that the slice should look at. */
  readonly onChange: () => void;
}

/** Performs the commands to start nodes and records what comes of them. */
export class Performer {
  /** An end that a node has asked for. */
  stop: Ending | null = null;
  /** When the answer for a waiting caller was recorded in this slice. */
  answeredAt: number | null = null;
  failure: { readonly thrown: unknown } | null = null;
  readonly #slice: Slice;
  readonly #recorder: Recorder;
  readonly #host: PerformerHost;
  readonly #world: AttemptWorld;
  readonly #underWay = new Map<string, Attempt>();
  /** Runs that have acted on the outside in this slice: nothing may act on what came of them before it is on disk. */
  readonly #wrote = new Set<string>();

  constructor(slice: Slice, recorder: Recorder, host: PerformerHost) {
    this.#slice = slice;
    this.#recorder = recorder;
    this.#host = host;
    const redactor = new Redactor();
    redactor.learn(Object.values(slice.context.secretVars));
    this.#world = {
      plan: slice.plan,
      state: recorder.state,
      ports: slice.ports,
      files: redactor.files(makeFiles(slice.ports, slice.executionId)),
      redactor,
      facts: {
        ...slice.context,
        execution: { id: slice.executionId, mode: slice.mode },
        random: () => slice.ports.random.number(),
      },
      signal: host.signal,
      trusted: new WeakSet(),
      mayAct: (run, effect) => this.#mayAct(run, effect),
      breathe: host.breathe,
      isStopping: host.isStopping,
    };
  }

  /** How many attempts have not ended. */
  get underWay(): number {
    return this.#underWay.size;
  }

  start(command: StartNode): void {
    const node = this.#node(command);
    const run = runById(this.#recorder.state, command.run);
    const given = this.#givenResult(node, run);
    if (given) {
      this.#recorder.record(given);
      return;
    }
    const attempt = beginAttempt(this.#world, node, run);
    if (attempt.ended) this.#await(node, run, attempt, attempt.ended);
    else this.#conclude(node, run, attempt);
  }

  /** Takes up a run that was open when the last interpreter stopped. An attempt it had begun counts as one. */
  recover(command: StartNode): void {
    const node = this.#node(command);
    const run = runById(this.#recorder.state, command.run);
    if (run.status === 'started' && node.written.onInterrupted === 'fail') {
      this.#conclude(node, run, interruptedAttempt(this.#world, node, run));
    } else {
      if (run.status === 'started') run.attempt += 1;
      this.#recorder.enqueue({ ...command, attempt: run.attempt });
    }
  }

  /** Records which items are done of what is under way. */
  recordProgress(): void {
    for (const [id, attempt] of this.#underWay) this.#recordItems(runById(this.#recorder.state, id), attempt);
  }

  #await(node: PlanNode, run: RunState, attempt: Attempt, ended: Promise<void>): void {
    this.#underWay.set(run.id, attempt);
    ended
      .then(() => {
        this.#underWay.delete(run.id);
        if (!this.#host.signal.aborted) this.#conclude(node, run, attempt);
      })
      .catch((thrown: unknown) => {
        this.failure ??= { thrown };
      })
      .finally(this.#host.onChange);
  }

  /** What takes the place of an attempt: a disabled node hands its items through, a test may pin a node's items. */
  #givenResult(node: PlanNode, run: RunState): JournalEvent | null {
    const { pinnedItems, disabled } = node.written;
    if (disabled) {
      const items = mainItems(inputsOf(this.#recorder.state, run));
      return withoutAttempt(node, run, this.#now(), items, 'same');
    }
    const isPinned = pinnedItems && this.#slice.mode === 'test';
    return isPinned ? withoutAttempt(node, run, this.#now(), pinnedItems, 'all') : null;
  }

  #conclude(node: PlanNode, run: RunState, attempt: Attempt): void {
    if (attempt.results.includes(undefined)) {
      this.#recordItems(run, attempt);
      return;
    }
    const { random } = this.#slice.ports;
    const conclusion = conclude(node, run, attempt, this.#now(), () => random.number());
    const { event, response, stop } = conclusion;
    if (event.type === 'nodeFailed') this.#recordItems(run, attempt);
    this.#recorder.record(event, this.#wrote.delete(run.id));
    if (response && !this.#recorder.state.responded) {
      this.answeredAt = this.#now();
      this.#recorder.record({ type: 'responded', at: this.answeredAt, run: run.id, response });
    }
    if (stop) this.stop ??= endingOf(stop, node);
  }

  #recordItems(run: RunState, attempt: Attempt): void {
    const items = itemsDoneOf(run, attempt);
    if (items.length === 0) return;
    const { id, nodeId } = run;
    this.#recorder.record({ type: 'itemsDone', at: this.#now(), run: id, nodeId, items }, true);
  }

  /**
   * A write begins on disk, and with it everything recorded before. A read waits for what writes have brought about only:
   * what was merely computed or read may be so again, and an execution that only reads is stored with its end.
   */
  async #mayAct(run: RunState, effect: Effect): Promise<boolean> {
    if (this.#host.isStopping()) return false;
    if (effect === 'pure') return true;
    if (effect === 'write') {
      const { id, nodeId, attempt, inputs } = run;
      this.#recorder.record({ type: 'nodeStarted', at: this.#now(), run: id, nodeId, attempt, inputs }, true);
      this.#wrote.add(id);
    }
    const onDisk = this.#recorder.settled();
    this.#host.onChange();
    await onDisk;
    return !this.#host.isStopping();
  }

  #node(command: StartNode): PlanNode {
    const node = this.#slice.plan.nodes.get(command.nodeId);
    if (!node) throw new Error(`Node "${command.nodeId}" is not in the plan.`);
    return node;
  }

  #now(): number {
    return this.#slice.ports.clock.now();
  }
}

const endingOf = (stop: NonNullable<NodeResult['stop']>, node: PlanNode): Ending =>
  stop.error
    ? { status: 'failed', error: { ...stop.error, retryable: false, nodeId: node.id } }
    : { status: 'completed' };
