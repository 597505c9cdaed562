import type { PlanNode } from '../compile/plan.ts';
import { NodeError } from '../errors.ts';
import type { ChildStart, InboxItem, JournalPort, StartedChild } from '../ports.ts';
import { makeBase } from './body.ts';
import type { ChildCall, ChildResult, ChildrenWait, ResumeReason } from './event.ts';
import { inputsOf, mainItems } from './inputs.ts';
import type { Recorder } from './recorder.ts';
import { retryDelay } from './retry.ts';
import { LET_GO_MILLISECONDS, type Slice } from './slice.ts';
import { nextWaitEnd, type WaitingRun, waitingRuns } from './waits.ts';

interface DriverHost {
  readonly signal: AbortSignal;
  /** True when nothing more may begin. */
  readonly isStopping: () => boolean;
  /** Something has changed that the slice should look at. */
  readonly onChange: () => void;
  /** True when the slice only waits for what is under way. */
  readonly isHurried: () => boolean;
}

/** Brings what waits further: ends waits whose time has come, takes answers, starts children and takes their results. */
export class WaitDriver {
  failure: { readonly thrown: unknown } | null = null;
  readonly #slice: Slice;
  readonly #recorder: Recorder;
  readonly #host: DriverHost;
  readonly #journal: JournalPort;
  /** What is being done, so that it is not begun twice. */
  readonly #tasks = new Set<string>();
  /** Waits that an answer came for before they ran out. */
  readonly #answered = new Map<string, InboxItem>();
  /** By execution id. */
  readonly #endedChildren = new Set<string>();

  /** Children being started, or running in this slice. */
  readonly #starts: Promise<unknown>[] = [];
  /** Made for the first child. */
  #letsGo: AbortController | null = null;
  #advancedAt = Number.NEGATIVE_INFINITY;

  constructor(slice: Slice, recorder: Recorder, host: DriverHost) {
    this.#slice = slice;
    this.#recorder = recorder;
    this.#host = host;
    this.#journal = slice.journal;
  }

  get underWay(): number {
    return this.#tasks.size;
  }

  /** True while children are started or run in this slice. */
  get isStarting(): boolean {
    return this.#starts.length > 0;
  }

  /** What was due at the last look is being dealt with. */
  get nextDue(): number | null {
    return nextWaitEnd(this.#recorder.state, this.#advancedAt);
  }

  /** Notes what came from outside; what it answers need not have begun to wait yet. */
  take(inbox: readonly InboxItem[]): void {
    for (const item of inbox) {
      if (item.kind === 'callback') this.#answered.set(item.waitId, item);
      if (item.kind === 'child') this.#endedChildren.add(item.waitId);
    }
  }

  /** Everything that can be done now. What takes time goes on behind it and rings when it is done. */
  advance(now: number): void {
    if (this.#recorder.state.waitingCount === 0 || this.#host.isStopping()) return;
    this.#advancedAt = now;
    for (const run of waitingRuns(this.#recorder.state)) {
      const { wait } = run.wait;
      if (wait.kind === 'child') this.#advanceChildren(run, wait);
      else if (wait.kind === 'timer') {
        if (wait.until <= now) this.#resume(run, { kind: 'timer' });
      } else this.#advanceAnswer(run, now);
    }
  }

  #advanceAnswer(run: WaitingRun, now: number): void {
    const { id, until } = run.wait.wait;
    const answer = this.#answered.get(id);
    if (answer?.expired) this.#resume(run, { kind: 'timeout' });
    else if (answer) {
      this.#resume(run, { kind: 'answer', data: answer.data ?? null, by: answer.by ?? null });
    } else if (until !== null && until <= now) {
      this.#task(id, async () => {
        const isFirst = await this.#journal.expire(id);
        if (isFirst) this.#resume(run, { kind: 'timeout' });
        else this.take(await this.#journal.readInbox());
      });
    }
  }

  #advanceChildren(run: WaitingRun, wait: ChildrenWait): void {
    const { childIds, results, startAt } = run.wait;
    const now = this.#now();
    const isOver =
      wait.stopsAtFailure && results.some((each) => each !== null && each.status !== 'completed');
    let running = results.filter((result, index) => result === null && childIds[index] !== null).length;
    let isDone = running === 0;
    for (const [index, call] of wait.children.entries()) {
      if (results[index] !== null) continue;
      const childId = childIds[index];
      const key = `${wait.id}.${index}`;
      if (childId) {
        if (this.#endedChildren.has(childId)) this.#task(key, () => this.#takeResult(run, index, childId));
      } else if (this.#tasks.has(key)) {
        running += 1;
        isDone = false;
      } else if (!isOver) {
        isDone = false;
        if (running >= wait.concurrency || (startAt[index] ?? 0) > now) continue;
        running += 1;
        this.#task(key, () => this.#startChild(run, index, call));
      }
    }
    if (isDone) this.#resume(run, { kind: 'children' });
  }

  /** Lets go of the children that run in this slice, so that they go on by themselves; it does not wait longer for it than for attempts. */
  async release(): Promise<void> {
    this.#letsGo?.abort(LET_GO);
    const enough = new AbortController();
    const patience = this.#slice.ports.clock.sleep(LET_GO_MILLISECONDS, enough.signal).catch(() => undefined);
    await Promise.race([Promise.allSettled(this.#starts), patience]);
    enough.abort(LET_GO);
  }

  /** Asks what still runs on behalf of this execution to stop. */
  async cancelChildren(): Promise<void> {
    if (this.#recorder.state.waitingCount === 0) return;
    if (this.isStarting) await this.release();
    const { children } = this.#slice.ports;
    const ids = await Promise.all(waitingRuns(this.#recorder.state).flatMap((run) => this.#unfinished(run)));
    await Promise.all(ids.map((id) => id !== null && children.cancel(id)));
  }

  /** The children of a run that may still run. An earlier slice may have died before it recorded that it had begun one. */
  #unfinished({ wait: { wait, childIds, results, attempts } }: WaitingRun): Promise<string | null>[] {
    if (wait.kind !== 'child') return [];
    const isOpen = (call: ChildCall, index: number): boolean =>
      results[index] === null && (call.kind === 'body' || call.isAwaited);
    const open = wait.children.flatMap((call, index) => (isOpen(call, index) ? [index] : []));
    const known = open.flatMap((index) => childIds[index] ?? []);
    // They are begun in their order, and no more of them at once.
    const perhaps = open.filter((index) => !childIds[index]).slice(0, wait.concurrency - known.length);
    return [
      ...known.map((id) => Promise.resolve(id)),
      ...perhaps.map((index) =>
        this.#slice.ports.children.find({ waitId: wait.id, index, attempt: attempts[index] ?? 1 }),
      ),
    ];
  }

  async #startChild(run: WaitingRun, index: number, call: ChildCall): Promise<void> {
    const recorder = this.#recorder;
    const { id: waitId } = run.wait.wait;
    const all = mainItems(inputsOf(recorder.state, run));
    const given = call.kind === 'workflow' ? call.given : undefined;
    const items = given ?? call.items.flatMap((at) => all[at] ?? []);
    const base = { run: run.id, waitId, index };
    const node = this.#node(run);
    try {
      const started = await this.#start({
        nodeId: run.nodeId,
        waitId,
        index,
        call,
        items,
        attempt: run.wait.attempts[index] ?? 1,
        base: () => makeBase(this.#slice.plan, recorder.state, node, run),
      });
      if (!started || this.#host.signal.aborted) return;
      const { executionId, result, since } = started;
      // What has come to its end here is found again by whoever asks for it again: nothing has to wait for its append.
      const isElsewhere = since === null || result === null;
      const at = this.#now();
      const ran = since === null ? {} : { since };
      recorder.record({ type: 'childStarted', at, ...base, executionId, ...ran }, isElsewhere);
      // With its start in one segment: whoever finds the one finds the other.
      if (call.kind === 'workflow' && !call.isAwaited) this.#recordEnd(run, index, NOT_AWAITED, false);
      else if (result) this.#recordEnd(run, index, result, isElsewhere);
    } catch (thrown) {
      if (!(thrown instanceof NodeError)) throw thrown;
      if (this.#host.signal.aborted) return;
      const result = { status: 'failed', error: thrown.toData() } as const;
      recorder.record({ type: 'childEnded', at: this.#now(), ...base, result, retryAt: null }, true);
    }
  }

  async #start(child: ChildStart): Promise<StartedChild | null> {
    this.#letsGo ??= new AbortController();
    const { signal } = this.#letsGo;
    const settle = () => this.#recorder.journal.settle();
    const start = this.#slice.ports.children.start(child, {
      signal,
      settle,
      isHurried: this.#host.isHurried,
    });
    this.#starts.push(start);
    try {
      return await start;
    } finally {
      this.#starts.splice(this.#starts.indexOf(start), 1);
    }
  }

  async #takeResult(run: WaitingRun, index: number, childId: string): Promise<void> {
    const result = await this.#slice.ports.children.result(childId);
    if (result && !this.#host.signal.aborted) this.#recordEnd(run, index, result, true);
  }

  #recordEnd(run: WaitingRun, index: number, result: ChildResult, isFromOutside: boolean): void {
    const waitId = run.wait.wait.id;
    const at = this.#now();
    const retryAt = this.#retryAt(run, index, result, at);
    const event = { type: 'childEnded', at, run: run.id, waitId, index, result, retryAt } as const;
    this.#recorder.record(event, isFromOutside);
  }

  /** A child that failed is begun anew by the node's policy, by itself. */
  #retryAt(run: WaitingRun, index: number, result: ChildResult, at: number): number | null {
    if (result.status !== 'failed') return null;
    const { retry } = this.#node(run).written;
    const { random } = this.#slice.ports;
    const delay = retryDelay(retry, run.wait.attempts[index] ?? 1, result.error, () => random.number());
    return delay === null ? null : at + delay;
  }

  #node(run: WaitingRun): PlanNode {
    const node = this.#slice.plan.nodes.get(run.nodeId);
    if (!node) throw new Error(`Node "${run.nodeId}" is not in the plan.`);
    return node;
  }

  #resume(run: WaitingRun, reason: ResumeReason): void {
    if (this.#host.signal.aborted || run.wait.reason) return;
    const { id, nodeId } = run;
    const waitId = run.wait.wait.id;
    this.#recorder.record({ type: 'nodeResumed', at: this.#now(), run: id, nodeId, waitId, reason }, true);
  }

  #task(key: string, work: () => Promise<void>): void {
    if (this.#tasks.has(key)) return;
    this.#tasks.add(key);
    work()
      .catch((thrown: unknown) => {
        this.failure ??= { thrown };
      })
      .finally(() => {
        this.#tasks.delete(key);
        this.#host.onChange();
      });
  }

  #now(): number {
    return this.#slice.ports.clock.now();
  }
}

/** Made once: an error's stack costs more than a node. */
const LET_GO = new Error('The slice lets go of its children.');
const NOT_AWAITED: ChildResult = { status: 'completed', items: [] };
