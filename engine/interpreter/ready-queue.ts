import type { StartNode } from './transition.ts';

/** What may begin. Pure nodes go first: their results then travel to the journal with what comes after them. */
export interface ReadyQueue {
  add(command: StartNode, isPure: boolean): void;
  takePure(now: number): StartNode | undefined;
  takeOutside(now: number): StartNode | undefined;
  /** When the next retry is due; null when none waits. */
  nextDue(): number | null;
}

export const makeReadyQueue = (): ReadyQueue => {
  const pure: StartNode[] = [];
  const outside: StartNode[] = [];
  let later: { readonly command: StartNode; readonly isPure: boolean; readonly at: number }[] = [];

  const promote = (now: number) => {
    if (later.length === 0) return;
    for (const { command, isPure } of later.filter((each) => each.at <= now)) {
      (isPure ? pure : outside).push(command);
    }
    later = later.filter((each) => each.at > now);
  };

  return {
    add: (command, isPure) => {
      if (command.at !== undefined) later.push({ command, isPure, at: command.at });
      else (isPure ? pure : outside).push(command);
    },
    takePure: (now) => {
      promote(now);
      return pure.shift();
    },
    takeOutside: (now) => {
      promote(now);
      return outside.shift();
    },
    nextDue: () => (later.length === 0 ? null : Math.min(...later.map((each) => each.at))),
  };
};
