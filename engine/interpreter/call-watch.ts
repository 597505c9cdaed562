import { NodeError } from '../errors.ts';
import type { Clock } from '../ports.ts';

/** Cuts calls of a node that take too long. One timer serves all calls of an attempt. */
export interface CallWatch {
  begin(): WatchedCall;
  /** The attempt is over: no timer stays behind. */
  close(): void;
}

export interface WatchedCall {
  /** Aborted when time runs out or the execution ends. */
  readonly signal: AbortSignal;
  /** Rejects with `node.timeout` when time runs out; what the promise brings later is ignored. */
  settle<T>(promise: Promise<T>): Promise<T>;
}

interface Call {
  readonly controller: AbortController;
  readonly dueAt: number;
  cut(error: NodeError): void;
}

/** Made once: without a reason an abort makes one, stack and all. */
const CALLS_OVER = new Error('The calls are over.');

export const watchCalls = (clock: Clock, timeoutMilliseconds: number, parent: AbortSignal): CallWatch => {
  const calls = new Set<Call>();
  const timer = new AbortController();
  let isArmed = false;

  const cutOverdue = () => {
    isArmed = false;
    const now = clock.now();
    for (const call of calls) {
      if (call.dueAt > now) break;
      const message = `The node did not end within ${timeoutMilliseconds / 1000} s.`;
      const error = new NodeError('node.timeout', message, { retryable: true });
      calls.delete(call);
      call.controller.abort(error);
      call.cut(error);
    }
    arm();
  };
  // Calls begin in order and get the same time, so the first is always the next one due.
  const arm = () => {
    const [first] = calls;
    if (isArmed || !first || timer.signal.aborted) return;
    isArmed = true;
    clock.sleep(Math.max(0, first.dueAt - clock.now()), timer.signal).then(cutOverdue, () => undefined);
  };
  const abortAll = () => {
    for (const call of calls) call.controller.abort(parent.reason);
  };
  parent.addEventListener('abort', abortAll, { once: true });

  return {
    begin: () => {
      const controller = new AbortController();
      if (parent.aborted) controller.abort(parent.reason);
      return {
        signal: controller.signal,
        settle: (promise) =>
          new Promise((resolve, reject) => {
            const call: Call = { controller, dueAt: clock.now() + timeoutMilliseconds, cut: reject };
            calls.add(call);
            arm();
            promise.finally(() => calls.delete(call)).then(resolve, reject);
          }),
      };
    },
    close: () => {
      timer.abort(CALLS_OVER);
      parent.removeEventListener('abort', abortAll);
    },
  };
};
