import type { ChildInstance } from '../../infra/local/child-instance.ts';
import { openCaller } from './caller.ts';

export interface HookLoad {
  /** Milliseconds, of each answer. */
  readonly times: readonly number[];
  readonly seconds: number;
}

/** What a caller sends next, and the one right answer to it. */
export type Question = (caller: number, each: number) => { readonly sent: object; readonly right: object };

/** Callers that each send one request after the other to a webhook. Throws at the first answer that is not right. */
export const hookLoad = async (
  instance: ChildInstance,
  path: string,
  callers: number,
  seconds: number,
  ask: Question,
): Promise<HookLoad> => {
  const times: number[] = [];
  const began = performance.now();
  const end = began + seconds * 1000;
  const one = async (name: number): Promise<void> => {
    const caller = await openCaller(instance.hooksUrl);
    for (let each = 0; performance.now() < end; each += 1) {
      const { sent, right } = ask(name, each);
      const sentAt = performance.now();
      const answer = await caller.post(path, JSON.stringify(sent));
      times.push(performance.now() - sentAt);
      const expected = JSON.stringify(right);
      if (answer.body !== expected)
        throw new Error(`Expected ${expected}, got ${answer.status} ${answer.body}`);
    }
    caller.close();
  };
  await Promise.all(Array.from({ length: callers }, (_, name) => one(name)));
  return { times, seconds: (performance.now() - began) / 1000 };
};
