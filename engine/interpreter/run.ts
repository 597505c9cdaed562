import type { Json } from '../item.ts';
import type { InboxItem } from '../ports.ts';
import { makeBell } from './bell.ts';
import { outputOf } from './output.ts';
import { Performer } from './performer.ts';
import { Recorder } from './recorder.ts';
import { ENGINE_RELEASE } from './release.ts';
import { LET_GO_MILLISECONDS, type Slice, type SliceOutcome } from './slice.ts';
import { type Ending, type ExecutionState, SNAPSHOT_SCHEMA } from './state.ts';
import { isKnownEvent, openCommands, type StartNode } from './transition.ts';
import { WaitDriver } from './wait-driver.ts';
import { waitInfoOf } from './waits.ts';

const MOST_ATTEMPTS_AT_ONCE = 16;
/** A longer wait for a retry is not worth holding an interpreter for. */
const LONGEST_SLEEP_MILLISECONDS = 5_000;
const LOOK_EVERY_MILLISECONDS = 2_000;
const WORK_BETWEEN_BREATHS_MILLISECONDS = 10;
const MOST_UNRECORDED_EVENTS = 500;
const BUSY_MILLISECONDS = 60_000;
const SNAPSHOT_AFTER_EVENTS = 200;

/**
 * Advances an execution until it is done, parked, answered or out of time: performs what `transition` commands, turns
 * what comes of it into events and appends them to the journal. Rejects only when the journal cannot be reached; the
 * execution is then as its journal says.
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
    if (run.hasChildren) await run.release();
  }
};

class SliceRun {
  readonly #slice: Slice;
  readonly #bell = makeBell();
  readonly #abort = new AbortController();
  readonly #recorder: Recorder;
  readonly #state: ExecutionState;
  readonly #performer: Performer;
  readonly #waits: WaitDriver;
  #timeout: Ending | null = null;
  #isStopping = false;
  #failure: { readonly thrown: unknown } | null = null;
  #breathedAt: number;
  #lookAt: number;
  /** False once something took time since the inbox was read. */
  #hasLooked = false;
  #alarm: { readonly moment: number; readonly stop: () => void } | null = null;

  constructor(slice: Slice) {
    this.#slice = slice;
    this.#breathedAt = this.#now();
    this.#lookAt = this.#now() + LOOK_EVERY_MILLISECONDS;
    this.#recorder = new Recorder(slice, this.#bell.ring);
    this.#state = this.#recorder.state;
    const host = {
      signal: this.#abort.signal,
      isStopping: () => this.#isStopping || this.#ending() !== null,
      breathe: () => this.#breathe(),
      onChange: this.#bell.ring,
      isHurried: () => this.#isAnswering() || this.#isHurried(),
    };
    this.#performer = new Performer(slice, this.#recorder, host);
    this.#waits = new WaitDriver(slice, this.#recorder, host);
    slice.signal.addEventListener('abort', this.#bell.ring);
    slice.mail?.onCome(() => {
      this.#lookAt = this.#now();
      this.#bell.ring();
    });
  }

  async advance(): Promise<SliceOutcome> {
    const { status } = this.#state;
    if (status !== 'pending' && status !== 'running') return { kind: 'done', status };
    await this.#begin();
    for (;;) {
      const failure = this.#broken();
      if (failure) throw failure.thrown;
      if (this.#recorder.journal.isLost) return { kind: 'lost' };
      this.#readClock();
      const outcome = this.#ending() ? await this.#finish() : await this.#proceed();
      if (outcome) return outcome;
    }
  }

  /** What ends the slice without an outcome. What waits for an append that failed would wait until the slice is over. */
  #broken(): { readonly thrown: unknown } | null {
    const failure = this.#failure ?? this.#performer.failure ?? this.#waits.failure;
    if (failure) return failure;
    const thrown = this.#recorder.journal.failure;
    return thrown === undefined ? null : { thrown };
  }

  /** Nothing goes on behind the slice's back. */
  letGo(): void {
    this.#isStopping = true;
    this.#alarm?.stop();
    this.#slice.signal.removeEventListener('abort', this.#bell.ring);
    this.#abort.abort(SLICE_ENDED);
  }

  get hasChildren(): boolean {
    return this.#waits.isStarting;
  }

  /** Children that run in this slice are to go on by themselves. */
  release(): Promise<void> {
    return this.#waits.release();
  }

  async #begin(): Promise<void> {
    const { trigger, inbox } = this.#slice;
    if (this.#state.status === 'pending') {
      const { nodeId: triggerNodeId, items } = trigger;
      const at = this.#now();
      const { body } = this.#slice;
      const event = { type: 'executionStarted', at, engine: ENGINE_RELEASE, triggerNodeId, items } as const;
      this.#recorder.record(body ? { ...event, body: { positions: body.positions } } : event);
    } else {
      for (const command of openCommands(this.#state)) {
        if (command.kind === 'startNode') this.#performer.recover(command);
      }
    }
    if (inbox) this.#take(inbox);
    else await this.#look();
  }

  async #proceed(): Promise<SliceOutcome | null> {
    this.#advanceWaits();
    let hasBegun = false;
    for (let command = this.#next(); command; command = this.#next()) {
      hasBegun = true;
      this.#performer.start(command);
      const pause = this.#breathe();
      if (pause) await pause;
    }
    // What has just begun to wait for children starts them before it parks.
    if (hasBegun) this.#advanceWaits();
    return this.#ending() ? null : this.#rest();
  }

  #advanceWaits(): void {
    if (this.#state.waitingCount > 0 && !this.#isAnswering()) this.#waits.advance(this.#now());
  }

  #next(): StartNode | undefined {
    const { ready } = this.#recorder;
    const now = this.#now();
    if (now >= this.#slice.deadline) this.#isStopping = true;
    if (this.#isStopping || this.#ending()) return undefined;
    if (this.#isAnswering()) return this.#mayEndQuickly(now) ? ready.takePure(now) : undefined;
    const hasRoom = this.#performer.underWay < MOST_ATTEMPTS_AT_ONCE;
    return ready.takePure(now) ?? (hasRoom ? ready.takeOutside(now) : undefined);
  }

  /** Nothing can begin: waits for what is under way, or ends the slice. */
  async #rest(): Promise<SliceOutcome | null> {
    const { journal, ready } = this.#recorder;
    journal.flush();
    const mayStart = !this.#isStopping && !this.#isAnswering();
    const due = mayStart ? earliest(ready.nextDue(), this.#waits.nextDue) : null;
    if (this.#performer.underWay + this.#waits.underWay === 0) {
      if (this.#isStopping) return this.#leave({ kind: 'continue' });
      if (this.#isAnswering()) return this.#leave({ kind: 'responded' });
      if (due === null && this.#state.waitingCount === 0) {
        // Something broke while the host worked, and is not taken for what it has left behind.
        if (this.#broken() || journal.isLost) return null;
        throw new Error('The execution is open, and nothing is left to do.');
      }
      const wakeAt = Math.min(due ?? Infinity, this.#lifeEnd());
      if (wakeAt - this.#now() > this.#longestSleep) return this.#park(wakeAt);
      journal.flush(true);
    } else if (this.#mustLetGo()) {
      return this.#leave({ kind: 'continue' });
    }
    await this.#sleepUntil(Math.min(this.#nextLimit(), this.#lookAt, due ?? Infinity));
    if (this.#now() >= this.#lookAt) this.#checkIn();
    return null;
  }

  async #sleepUntil(moment: number): Promise<void> {
    this.#setAlarm(moment);
    this.#hasLooked = false;
    await this.#bell.rung();
  }

  /** One that is set for an earlier moment stays: to wake for nothing costs less than another timer. */
  #setAlarm(moment: number): void {
    if (this.#alarm && this.#alarm.moment <= moment) return;
    this.#alarm?.stop();
    const { clock } = this.#slice.ports;
    const stopped = new AbortController();
    const alarm = { moment, stop: () => stopped.abort(SLICE_ENDED) };
    this.#alarm = alarm;
    clock.sleep(Math.max(0, moment - clock.now()), stopped.signal).then(
      () => {
        if (this.#alarm === alarm) this.#alarm = null;
        this.#bell.ring();
      },
      () => undefined,
    );
  }

  /** While things take time: records what there is, and looks whether something came from outside. */
  #checkIn(): void {
    this.#lookAt = this.#now() + LOOK_EVERY_MILLISECONDS;
    this.#performer.recordProgress();
    this.#recorder.journal.flush(true);
    if (!this.#mayHaveMail()) return;
    this.#look()
      .catch((thrown: unknown) => {
        this.#failure ??= { thrown };
      })
      .finally(this.#bell.ring);
  }

  #mayHaveMail(): boolean {
    return this.#slice.mail ? this.#slice.mail.hasCome() : !this.#hasLooked;
  }

  async #look(): Promise<void> {
    this.#slice.mail?.take();
    this.#take(await this.#slice.journal.readInbox());
  }

  #take(inbox: readonly InboxItem[]): void {
    this.#hasLooked = true;
    this.#waits.take(inbox);
    if (this.#abort.signal.aborted || this.#state.ending?.status === 'cancelled') return;
    const cancel = inbox.find((item) => item.kind === 'cancel');
    if (cancel) this.#recorder.record({ type: 'cancelRequested', at: this.#now(), by: cancel.by ?? null });
  }

  /** A host that serves others gets its turn after some milliseconds of work. */
  #breathe(): Promise<void> | null {
    const isDue = this.#now() - this.#breathedAt >= WORK_BETWEEN_BREATHS_MILLISECONDS;
    return isDue ? this.#letHostWork() : null;
  }

  async #letHostWork(): Promise<void> {
    const { journal } = this.#recorder;
    journal.flush(journal.waiting >= MOST_UNRECORDED_EVENTS);
    if (this.#now() >= this.#lookAt) this.#checkIn();
    await this.#slice.ports.clock.sleep(0, NEVER);
    this.#breathedAt = this.#now();
    this.#hasLooked = false;
    this.#readClock();
  }

  /** An execution that was parked and has nothing new to say stays parked as it is. */
  async #park(wakeAt: number): Promise<SliceOutcome | null> {
    const { journal, ready } = this.#recorder;
    if (journal.waiting > 0 || this.#state.parkedSince === null) {
      this.#recorder.record({ type: 'parked', at: this.#now(), wakeAt });
      const wait = waitInfoOf(this.#state, ready.nextDue());
      if (!(await journal.close({ kind: 'parked', wakeAt, wait }))) return { kind: 'lost' };
      await this.#saveSnapshot();
      this.#hasLooked = false;
      if (this.#mayHaveMail()) await this.#look();
      this.#waits.advance(this.#now());
    } else await this.#slice.journal.stayParked?.(waitInfoOf(this.#state, ready.nextDue()));
    const isParked = this.#state.parkedSince !== null && this.#waits.underWay === 0 && !this.#ending();
    return isParked ? { kind: 'parked', wakeAt } : null;
  }

  /** A short journal is folded faster than a snapshot is read. */
  async #saveSnapshot(): Promise<void> {
    if (this.#recorder.folded < SNAPSHOT_AFTER_EVENTS) return;
    const snapshot = { schema: SNAPSHOT_SCHEMA, state: this.#state as unknown as Json };
    // Without it the next slice reads the journal.
    await this.#slice.journal.saveSnapshot?.(snapshot).catch(() => undefined);
  }

  async #leave(outcome: SliceOutcome): Promise<SliceOutcome> {
    if (this.hasChildren) await this.release();
    this.#performer.recordProgress();
    this.letGo();
    if (!(await this.#recorder.journal.close({ kind: 'open' }))) return { kind: 'lost' };
    await this.#saveSnapshot();
    return outcome;
  }

  /** A cancellation that came before the end was written still counts. */
  async #finish(): Promise<SliceOutcome | null> {
    if (this.#mayHaveMail()) await this.#look();
    const ending = this.#ending();
    if (!ending) return null;
    const output = ending.status === 'completed' ? outputOf(this.#state) : {};
    await this.#waits.cancelChildren();
    this.letGo();
    this.#recorder.record({ type: 'executionFinished', at: this.#now(), ...ending, ...output });
    const isFirst = await this.#recorder.journal.close({ kind: 'final' });
    return isFirst ? { kind: 'done', status: ending.status } : { kind: 'lost' };
  }

  /** How the execution ends, if it is to end now: what people ask for comes before what happened by itself. */
  #ending(): Ending | null {
    const decided = this.#state.ending;
    return decided?.status === 'cancelled' ? decided : (this.#performer.stop ?? this.#timeout ?? decided);
  }

  #isAnswering(): boolean {
    return this.#slice.waitingCaller && this.#state.responded;
  }

  #isHurried(): boolean {
    return this.#slice.isHurried?.() ?? false;
  }

  /** What follows the answer may share its flush as long as the caller does not notice. */
  #mayEndQuickly(now: number): boolean {
    return now - (this.#performer.answeredAt ?? 0) < WORK_BETWEEN_BREATHS_MILLISECONDS;
  }

  #readClock(): void {
    const now = this.#now();
    const { deadline, signal, plan } = this.#slice;
    const mustStop = now >= deadline || signal.aborted || this.#isHurried();
    if (mustStop || this.#recorder.journal.isLost) this.#isStopping = true;
    if (now >= this.#timeoutAt()) this.#timeout ??= timedOut(plan.settings.timeoutSeconds);
    if (now >= this.#lifeEnd()) this.#timeout ??= outlived(plan.settings.maxLifetimeSeconds);
  }

  #mustLetGo(): boolean {
    return this.#slice.signal.aborted || this.#now() >= this.#letGoAt;
  }

  #nextLimit(): number {
    const limit = this.#isStopping ? this.#letGoAt : this.#slice.deadline;
    return Math.min(limit, this.#timeoutAt(), this.#lifeEnd());
  }

  get #letGoAt(): number {
    return this.#slice.letGoAt ?? this.#slice.deadline + LET_GO_MILLISECONDS;
  }

  /** The time spent parked does not count, nor that in which there is nothing but children. */
  #timeoutAt(): number {
    if (this.#performer.underWay === 0 && this.#waits.isStarting) return Number.POSITIVE_INFINITY;
    const { startedAt, parkedMilliseconds, parkedSince } = this.#state;
    const parked = parkedMilliseconds + (parkedSince === null ? 0 : this.#now() - parkedSince);
    return startedAt + parked + this.#slice.plan.settings.timeoutSeconds * 1000;
  }

  /** Waiting included. */
  #lifeEnd(): number {
    return this.#state.startedAt + this.#slice.plan.settings.maxLifetimeSeconds * 1000;
  }

  get #longestSleep(): number {
    return this.#slice.longestSleepMilliseconds ?? LONGEST_SLEEP_MILLISECONDS;
  }

  #now(): number {
    return this.#slice.ports.clock.now();
  }
}

/** Made once: an error's stack costs more than a node. */
const SLICE_ENDED = new Error('The slice has ended.');
const NEVER = new AbortController().signal;

const earliest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

const outlived = (seconds: number): Ending => ({
  status: 'failed',
  error: {
    code: 'execution.lifetime',
    message: `The execution has lived, its waits included, for the ${seconds} s that settings.maxLifetimeSeconds allows.`,
    retryable: false,
  },
});

const timedOut = (seconds: number): Ending => ({
  status: 'failed',
  error: {
    code: 'execution.timeout',
    message: `The execution took longer than the ${seconds} s that settings.timeoutSeconds allows.`,
    retryable: false,
  },
});
