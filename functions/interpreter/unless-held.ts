import type { Hold } from '../../shared/store/hold.ts';
import type { Invocation } from './invocation.ts';
import { type NextStep, nextStep } from './next-step.ts';

const LOOK_AGAIN_MILLISECONDS = 15 * 60_000;

/** While a restored table is held, timers of before go on waiting, and nothing else moves but what was released. */
export const unlessHeld =
  <Rest extends readonly unknown[]>(
    { isHeld, isReleased }: Pick<Hold, 'isHeld' | 'isReleased'>,
    now: () => number,
    handle: (invocation: Invocation, ...rest: Rest) => Promise<NextStep>,
  ) =>
  async (invocation: Invocation, ...rest: Rest): Promise<NextStep> => {
    const { executionId, writer = '' } = invocation.input;
    if (!(await isHeld()) || (await isReleased(executionId))) return handle(invocation, ...rest);
    const at = invocation.park ?? 0;
    return nextStep(invocation, {
      outcome: { kind: 'busy', until: now() + LOOK_AGAIN_MILLISECONDS },
      place: { read: at, now: at },
      writerId: writer,
      now: now(),
    });
  };
