import type { PlanNode } from '../compile/plan.ts';
import { NodeError } from '../errors.ts';
import type { InboxItem, JournalPort } from '../ports.ts';
import { makeBase } from './body.ts';
import type { ChildCall, ChildResult, ChildrenWait, ResumeReason } from './event.ts';
import { inputsOf, mainItems } from './inputs.ts';
import type { Recorder } from './recorder.ts';
import { retryDelay } from './retry.ts';
import type { Slice } from './slice.ts';
import { nextWaitEnd, type WaitingRun, waitingRuns } from './waits.ts';

interface DriverHost {
  readonly signal: AbortSignal;
  /** True when nothing more may begin. */
  readonly isStopping: () => boolean;
  /** Something has changed that the slice should look at. */
  readonly onChange: () => void;
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

  /** Asks what still runs on behalf of this execution to stop. */
  async cancelChildren(): Promise<void> {
    const ids = waitingRuns(this.#recorder.state).flatMap(({ wait: { wait, childIds, results } }) => {
      if (wait.kind !== 'child') return [];
      const isAwaited = (index: number) => {
        const call = wait.children[index];
        return call?.kind === 'body' || call?.isAwaited;
      };
      return childIds.filter((id, index) => id !== null && results[index] === null && isAwaited(index));
    });
    await Promise.all(ids.map((id) => this.#slice.ports.children.cancel(id ?? '')));
  }

  async #startChild(run: WaitingRun, index: number, call: ChildCall): Promise<void> {
    const recorder = this.#recorder;
    // That it is wanted must be on disk first.
    const onDisk = recorder.settled();
    this.#host.onChange();
    await onDisk;
    if (this.#host.isStopping()) return;
    const { id: waitId } = run.wait.wait;
    const all = mainItems(inputsOf(recorder.state, run));
    const given = call.kind === 'workflow' ? call.given : undefined;
    const items = given ?? call.items.flatMap((at) => all[at] ?? []);
    const base = { run: run.id, waitId, index };
    const node = this.#node(run);
    try {
      const { children } = this.#slice.ports;
      const executionId = await children.start({
        nodeId: run.nodeId,
        waitId,
        index,
        call,
        items,
        attempt: run.wait.attempts[index] ?? 1,
        base: () => makeBase(this.#slice.plan, recorder.state, node, run),
      });
      if (this.#host.signal.aborted) return;
      recorder.record({ type: 'childStarted', at: this.#now(), ...base, executionId }, true);
      if (call.kind === 'workflow' && !call.isAwaited) {
        const result = { status: 'completed', items: [] } as const;
        recorder.record({ type: 'childEnded', at: this.#now(), ...base, result, retryAt: null });
      }
    } catch (thrown) {
      if (!(thrown instanceof NodeError)) throw thrown;
      if (this.#host.signal.aborted) return;
      const result = { status: 'failed', error: thrown.toData() } as const;
      recorder.record({ type: 'childEnded', at: this.#now(), ...base, result, retryAt: null }, true);
    }
  }

  async #takeResult(run: WaitingRun, index: number, childId: string): Promise<void> {
    const result = await this.#slice.ports.children.result(childId);
    if (!result || this.#host.signal.aborted) return;
    const waitId = run.wait.wait.id;
    const at = this.#now();
    const retryAt = this.#retryAt(run, index, result, at);
    this.#recorder.record({ type: 'childEnded', at, run: run.id, waitId, index, result, retryAt }, true);
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
