import type { Context } from 'aws-lambda';
import type { Clock, Random } from '../../engine/ports.ts';
import { AppError } from '../../shared/errors.ts';
import type { Interpreter } from '../../shared/executions/interpret.ts';
import type { Invocation } from './invocation.ts';
import { type NextStep, nextStep, type Outcome } from './next-step.ts';

export interface InterpreterFunction {
  readonly interpreter: Interpreter;
  readonly clock: Clock;
  readonly random: Random;
}

/** An Express machine ends after 300 s whatever it does; this leaves the time to hand over. */
const EXPRESS_MILLISECONDS = 240_000;
/** What the function keeps for itself at its end: to let go of calls and to write. */
const RESERVE_MILLISECONDS = 10_000;
/** The lease outlasts the slice by the time its last write may take. */
const LEASE_MARGIN_MILLISECONDS = 15_000;
const LAST_WORD_MILLISECONDS = 3_000;

/** One slice for a state machine. Rejects when the store cannot be reached; the machine then tries again. */
export const handleInvocation =
  ({ interpreter, clock, random }: InterpreterFunction) =>
  async (invocation: Invocation, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<NextStep> => {
    const { input, retries = 0 } = invocation;
    const { executionId, answerBy, execution } = input;
    const now = clock.now();
    const remaining = context.getRemainingTimeInMillis();
    const deadline = Math.min(now + remaining - RESERVE_MILLISECONDS, endOfMachine(invocation));
    const writerId = takenFrom(invocation) ?? random.id();
    let place: { readonly read: number; readonly now: number } | null = null;
    const options: Parameters<Interpreter['advance']>[1] = {
      deadline,
      runsChildren: retries === 0,
      waitingCaller: answerBy !== undefined && answerBy > now,
      writer: {
        writerId,
        leaseUntil: Math.max(deadline, now) + LEASE_MARGIN_MILLISECONDS,
        generation: null,
      },
      signal: AbortSignal.timeout(Math.max(remaining - LAST_WORD_MILLISECONDS, 0)),
      onPlace: (at) => {
        place = at;
      },
    };
    const advance = () => interpreter.advance(executionId, options);
    const begin = async (given: NonNullable<typeof execution>) => {
      const { outcome } = await interpreter.begin(given, options);
      // It is stored already: by the same delivery, or by an attempt of ours that died.
      return outcome.kind === 'lost' ? advance() : outcome;
    };
    const outcome: Outcome = await (execution ? begin(execution) : advance()).catch((error: unknown) => {
      // It was under way and has let go: the next slice goes on under its lease. Before that, the machine tries again.
      if (place !== null && isStoreAway(error)) return { kind: 'again' };
      throw error;
    });
    const at = place ?? { read: 0, now: 0 };
    return nextStep(invocation, { outcome, place: at, writerId, now: clock.now() });
  };

const isStoreAway = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'storage.unavailable' || error.code === 'service.unavailable');

const endOfMachine = ({ machine, startedAt }: Invocation): number =>
  machine === 'express' && startedAt !== undefined
    ? Date.parse(startedAt) + EXPRESS_MILLISECONDS
    : Number.POSITIVE_INFINITY;

/** A slice that let go hands its lease on. A step that failed may still be at work somewhere: its lease is waited for. */
const takenFrom = ({ input: { writer }, retries = 0 }: Invocation): string | null =>
  writer && retries === 0 ? writer : null;
