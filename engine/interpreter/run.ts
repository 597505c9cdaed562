import type { PlanNode } from '../compile/plan.ts';
import type { Effect, NodeResult } from '../nodes/define-node.ts';
import type { InboxItem } from '../ports.ts';
import { type Attempt, type AttemptWorld, beginAttempt, interruptedAttempt } from './attempt.ts';
import { makeBell } from './bell.ts';
import { conclude, itemsDoneOf, withoutAttempt } from './conclude.ts';
import type { JournalEvent } from './event.ts';
import { inputsOf, mainItems } from './inputs.ts';
import { type JournalWriter, makeJournalWriter } from './journal-writer.ts';
import { outputOf } from './output.ts';
import { makeReadyQueue } from './ready-queue.ts';
import { LET_GO_MILLISECONDS, type Slice, type SliceOutcome } from './slice.ts';
import { type Ending, emptyState, type RunState, runById } from './state.ts';
import { isKnownEvent, openCommands, replay, type StartNode, transition } from './transition.ts';

/** Recorded with each execution, so that a later release can tell whose journal it reads. */
const ENGINE_RELEASE = '0.1.0';
const MOST_ATTEMPTS_AT_ONCE = 16;
/** A longer wait for a retry is not worth holding an interpreter for. */
const LONGEST_SLEEP_MILLISECONDS = 5_000;
const LOOK_EVERY_MILLISECONDS = 2_000;
const WORK_BETWEEN_BREATHS_MILLISECONDS = 10;
const MOST_UNRECORDED_EVENTS = 500;
const BUSY_MILLISECONDS = 60_000;

/**
 * Advances an execution until it is done, parked, answered or out of time. The only place where the engine waits: it
 * performs what `transition` commands, turns what comes of it into events and appends them to the journal.
 * Rejects only when the journal cannot be reached; the execution is then as its journal says.
 */
export const runSlice = async (slice: Slice): Promise<SliceOutcome> => {
  if (!slice.events.every(isKnownEvent)) {
    return { kind: 'busy', until: slice.ports.clock.now() + BUSY_MILLISECONDS };
  }
  const run = new SliceRun(slice);
  try {
    return await run.advance();
  } finally {
    run.letGo();
  }
};

class SliceRun {
  readonly #slice: Slice;
  readonly #state = emptyState();
  readonly #world: AttemptWorld;
  readonly #bell = makeBell();
  readonly #journal: JournalWriter;
  readonly #ready = makeReadyQueue();
  readonly #abort = new AbortController();
  /** By run id, those that have not ended. */
  readonly #attempts = new Map<string, Attempt>();
  /** An end that no event has brought about: a stop, a timeout. */
  #ending: Ending | null = null;
  #isStopping = false;
  #isOver = false;
  #failure: { readonly thrown: unknown } | null = null;
  /** The position of the newest result from outside: what may depend on it waits for that to be on disk. */
  #newestResult = 0;
  #answeredAt: number | null = null;
  #breathedAt: number;
  #lookAt: number;
  /** False once something took time since the inbox was read. */
  #hasLooked = false;

  constructor(slice: Slice) {
    this.#slice = slice;
    this.#breathedAt = this.#now();
    this.#lookAt = this.#now() + LOOK_EVERY_MILLISECONDS;
    this.#journal = makeJournalWriter(slice.journal, this.#bell.ring);
    this.#world = {
      plan: slice.plan,
      state: this.#state,
      ports: slice.ports,
      facts: {
        ...slice.context,
        execution: { id: slice.executionId, mode: slice.mode },
        random: () => slice.ports.random.number(),
      },
      signal: this.#abort.signal,
      trusted: new WeakSet(),
      mayAct: (run, effect) => this.#mayAct(run, effect),
      breathe: () => this.#breathe(),
      isStopping: () => this.#isStopping || this.#ends() !== null,
    };
    slice.signal.addEventListener('abort', this.#bell.ring);
  }

  async advance(): Promise<SliceOutcome> {
    const { plan, events } = this.#slice;
    const { status } = replay(plan, this.#state, events);
    if (status !== 'pending' && status !== 'running') return { kind: 'done', status };
    await this.#begin();
    for (;;) {
      if (this.#failure) throw this.#failure.thrown;
      if (this.#journal.isLost) return { kind: 'lost' };
      this.#readClock();
      const outcome = this.#ends() ? await this.#finish() : await this.#proceed();
      if (outcome) return outcome;
    }
  }

  /** Nothing goes on behind the slice's back. */
  letGo(): void {
    this.#isOver = true;
    this.#isStopping = true;
    this.#slice.signal.removeEventListener('abort', this.#bell.ring);
    this.#abort.abort(new Error('The slice has ended.'));
  }

  async #begin(): Promise<void> {
    const { events, trigger, inbox } = this.#slice;
    const at = this.#now();
    if (events.length === 0) {
      const { nodeId: triggerNodeId, items } = trigger;
      this.#record({ type: 'executionStarted', at, engine: ENGINE_RELEASE, triggerNodeId, items });
    }
    for (const command of events.length === 0 ? [] : openCommands(this.#state)) {
      if (command.kind === 'startNode') this.#recover(command);
    }
    if (inbox) this.#take(inbox);
    else await this.#look();
  }

  /** Takes up a run that was open when the last interpreter stopped. An attempt it had begun counts as one. */
  #recover(command: StartNode): void {
    const node = this.#node(command);
    const run = runById(this.#state, command.run);
    if (run.status === 'started' && node.written.onInterrupted === 'fail') {
      this.#conclude(node, run, interruptedAttempt(this.#world, node, run));
    } else {
      if (run.status === 'started') run.attempt += 1;
      this.#enqueue({ ...command, attempt: run.attempt });
    }
  }

  async #proceed(): Promise<SliceOutcome | null> {
    for (let command = this.#next(); command; command = this.#next()) {
      this.#start(command);
      const pause = this.#breathe();
      if (pause) await pause;
    }
    return this.#ends() ? null : this.#rest();
  }

  #next(): StartNode | undefined {
    const now = this.#now();
    if (this.#isStopping || this.#ends()) return undefined;
    if (this.#isAnswering()) return this.#mayFinishQuickly(now) ? this.#ready.takePure(now) : undefined;
    const pure = this.#ready.takePure(now);
    return pure ?? (this.#attempts.size < MOST_ATTEMPTS_AT_ONCE ? this.#ready.takeOutside(now) : undefined);
  }

  #start(command: StartNode): void {
    const node = this.#node(command);
    const run = runById(this.#state, command.run);
    const given = this.#givenResult(node, run);
    if (given) {
      this.#record(given);
      return;
    }
    const attempt = beginAttempt(this.#world, node, run);
    if (attempt.ended) this.#await(node, run, attempt, attempt.ended);
    else this.#conclude(node, run, attempt);
  }

  #await(node: PlanNode, run: RunState, attempt: Attempt, ended: Promise<void>): void {
    this.#hasLooked = false;
    this.#attempts.set(run.id, attempt);
    ended
      .then(() => {
        this.#attempts.delete(run.id);
        if (!this.#isOver) this.#conclude(node, run, attempt);
      })
      .catch(this.#fail)
      .finally(this.#bell.ring);
  }

  /** What takes the place of an attempt: a disabled node hands its items through, a test may pin a node's items. */
  #givenResult(node: PlanNode, run: RunState): JournalEvent | null {
    const { pinnedItems, disabled } = node.written;
    if (disabled) {
      const items = mainItems(inputsOf(this.#state, run));
      return withoutAttempt(node, run, this.#now(), items, 'same');
    }
    if (pinnedItems && this.#slice.mode === 'test')
      return withoutAttempt(node, run, this.#now(), pinnedItems, 'all');
    return null;
  }

  #conclude(node: PlanNode, run: RunState, attempt: Attempt): void {
    if (attempt.results.includes(undefined)) {
      this.#recordProgress(run, attempt);
      return;
    }
    const { random } = this.#slice.ports;
    const { event, itemsDone, response, stop } = conclude(node, run, attempt, this.#now(), () =>
      random.number(),
    );
    if (itemsDone.length > 0) this.#recordProgress(run, attempt);
    this.#record(event, !node.type.pure);
    if (response && !this.#state.responded) {
      this.#answeredAt = this.#now();
      this.#record({ type: 'responded', at: this.#answeredAt, run: run.id, response });
    }
    if (stop) this.#ending ??= stopped(stop, node);
  }

  #recordProgress(run: RunState, attempt: Attempt): void {
    const items = itemsDoneOf(run, attempt);
    if (items.length === 0) return;
    this.#record({ type: 'itemsDone', at: this.#now(), run: run.id, nodeId: run.nodeId, items }, true);
  }

  #record(event: JournalEvent, isFromOutside = false): void {
    const position = this.#journal.add(event);
    if (isFromOutside) this.#newestResult = position;
    for (const command of transition(this.#slice.plan, this.#state, event).commands) {
      if (command.kind === 'startNode') this.#enqueue(command);
    }
  }

  #enqueue(command: StartNode): void {
    this.#ready.add(command, this.#node(command).type.pure);
  }

  /** A write begins on disk, and everything it may depend on is there before; a read waits only for results from outside. */
  async #mayAct(run: RunState, effect: Effect): Promise<boolean> {
    if (this.#world.isStopping()) return false;
    if (effect === 'write') {
      const { id, nodeId, attempt, inputs } = run;
      this.#record({ type: 'nodeStarted', at: this.#now(), run: id, nodeId, attempt, inputs }, true);
    }
    const onDisk = this.#journal.durable(this.#newestResult);
    this.#bell.ring();
    await onDisk;
    return !this.#world.isStopping();
  }

  /** Nothing can begin: waits for what is under way, or ends the slice. */
  async #rest(): Promise<SliceOutcome | null> {
    this.#journal.flush();
    const due = this.#ready.nextDue();
    if (this.#attempts.size === 0) {
      if (this.#isStopping) return this.#leave({ kind: 'continue' });
      if (this.#isAnswering()) return this.#leave({ kind: 'responded' });
      if (due === null) throw new Error('The execution is open, and nothing is left to do.');
      if (due - this.#now() > LONGEST_SLEEP_MILLISECONDS) return this.#park(due);
      this.#journal.flush(true);
    } else if (this.#mustLetGo()) {
      return this.#leave({ kind: 'continue' });
    }
    await this.#sleepUntil(this.#nextMoment(due));
    if (this.#now() >= this.#lookAt) this.#checkIn();
    return null;
  }

  async #sleepUntil(moment: number): Promise<void> {
    const { clock } = this.#slice.ports;
    const nap = new AbortController();
    this.#hasLooked = false;
    await Promise.race([this.#bell.rung(), clock.sleep(Math.max(0, moment - clock.now()), nap.signal)]);
    nap.abort();
  }

  /** When there will be something to see to, if nothing happens before. */
  #nextMoment(due: number | null): number {
    const { deadline } = this.#slice;
    const letGo = this.#isStopping ? deadline + LET_GO_MILLISECONDS : deadline;
    return Math.min(
      letGo,
      this.#timeoutAt(),
      this.#lookAt,
      due === null || this.#isStopping ? Infinity : due,
    );
  }

  /** While things take time: records what there is, and looks whether something came from outside. */
  #checkIn(): void {
    this.#lookAt = this.#now() + LOOK_EVERY_MILLISECONDS;
    for (const [id, attempt] of this.#attempts) this.#recordProgress(runById(this.#state, id), attempt);
    this.#journal.flush(true);
    this.#look().catch(this.#fail).finally(this.#bell.ring);
  }

  async #look(): Promise<void> {
    this.#take(await this.#slice.journal.readInbox());
  }

  #take(inbox: readonly InboxItem[]): void {
    this.#hasLooked = true;
    if (this.#isOver || this.#state.ending?.status === 'cancelled') return;
    const cancel = inbox.find((item) => item.kind === 'cancel');
    if (cancel) this.#record({ type: 'cancelRequested', at: this.#now(), by: cancel.by ?? null });
  }

  #breathe(): Promise<void> | null {
    if (this.#now() - this.#breathedAt < WORK_BETWEEN_BREATHS_MILLISECONDS) return null;
    return this.#letHostWork();
  }

  async #letHostWork(): Promise<void> {
    this.#journal.flush(this.#journal.waiting >= MOST_UNRECORDED_EVENTS);
    if (this.#now() >= this.#lookAt) this.#checkIn();
    await this.#slice.ports.clock.sleep(0, NEVER);
    this.#breathedAt = this.#now();
    this.#hasLooked = false;
    this.#readClock();
  }

  /** An execution that was parked and has nothing new to say stays parked as it is. */
  async #park(wakeAt: number): Promise<SliceOutcome | null> {
    const isNews = this.#journal.waiting > 0 || this.#state.parkedSince === null;
    if (isNews) {
      this.#record({ type: 'parked', at: this.#now(), wakeAt });
      const wait = { kind: 'retry', until: wakeAt } as const;
      if (!(await this.#journal.close({ kind: 'parked', wakeAt, wait }))) return { kind: 'lost' };
      await this.#look();
    }
    return this.#ends() ? null : { kind: 'parked', wakeAt };
  }

  async #leave(outcome: SliceOutcome): Promise<SliceOutcome> {
    for (const [id, attempt] of this.#attempts) this.#recordProgress(runById(this.#state, id), attempt);
    this.letGo();
    return (await this.#journal.close({ kind: 'open' })) ? outcome : { kind: 'lost' };
  }

  /** A cancellation that came before the end was written still counts. */
  async #finish(): Promise<SliceOutcome | null> {
    if (!this.#hasLooked) await this.#look();
    const ending = this.#ends();
    if (!ending) return null;
    const output = ending.status === 'completed' ? { output: outputOf(this.#state) } : {};
    this.letGo();
    this.#record({ type: 'executionFinished', at: this.#now(), ...ending, ...output });
    const isFirst = await this.#journal.close({ kind: 'final' });
    return isFirst ? { kind: 'done', status: ending.status } : { kind: 'lost' };
  }

  #ends(): Ending | null {
    if (this.#state.ending?.status === 'cancelled') return this.#state.ending;
    return this.#ending ?? this.#state.ending;
  }

  #isAnswering(): boolean {
    return this.#slice.waitingCaller && this.#state.responded;
  }

  /** What follows the answer may share its flush as long as the caller does not notice. */
  #mayFinishQuickly(now: number): boolean {
    return now - (this.#answeredAt ?? 0) < WORK_BETWEEN_BREATHS_MILLISECONDS;
  }

  #readClock(): void {
    const now = this.#now();
    const { deadline, signal } = this.#slice;
    if (now >= deadline || signal.aborted || this.#journal.isLost) this.#isStopping = true;
    if (now >= this.#timeoutAt()) this.#ending ??= timedOut(this.#slice.plan.settings.timeoutSeconds);
  }

  #mustLetGo(): boolean {
    return this.#slice.signal.aborted || this.#now() >= this.#slice.deadline + LET_GO_MILLISECONDS;
  }

  #timeoutAt(): number {
    const { startedAt, parkedMilliseconds, parkedSince } = this.#state;
    const parked = parkedMilliseconds + (parkedSince === null ? 0 : this.#now() - parkedSince);
    return startedAt + parked + this.#slice.plan.settings.timeoutSeconds * 1000;
  }

  #node(command: StartNode): PlanNode {
    const node = this.#slice.plan.nodes.get(command.nodeId);
    if (!node) throw new Error(`Node "${command.nodeId}" is not in the plan.`);
    return node;
  }

  #now(): number {
    return this.#slice.ports.clock.now();
  }

  readonly #fail = (thrown: unknown): void => {
    this.#failure ??= { thrown };
  };
}

const NEVER = new AbortController().signal;

const stopped = (stop: NonNullable<NodeResult['stop']>, node: PlanNode): Ending =>
  stop.error
    ? { status: 'failed', error: { ...stop.error, retryable: false, nodeId: node.id } }
    : { status: 'completed' };

const timedOut = (seconds: number): Ending => ({
  status: 'failed',
  error: {
    code: 'execution.timeout',
    message: `The execution took longer than the ${seconds} s that settings.timeoutSeconds allows.`,
    retryable: false,
  },
});
