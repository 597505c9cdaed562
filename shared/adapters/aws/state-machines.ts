import { SFNClient, StartExecutionCommand, StartSyncExecutionCommand } from '@aws-sdk/client-sfn';
import type { Answer } from '../../executions/answer.ts';
import type { Orchestrator } from '../../executions/orchestrator.ts';
import { isPassing } from './refusal.ts';

export interface StateMachinesOptions {
  readonly client: SFNClient;
  /** ARN of the Express machine. */
  readonly machine: () => string;
  /** What the journal says of an execution by now; null when there is none. */
  readonly readAnswer: (executionId: string) => Promise<Answer | null>;
  readonly now: () => number;
  readonly log: (entry: object) => void;
}

export interface StateMachines extends Orchestrator {
  /** Wakes all of them by one Distributed Map. */
  pokeMany(executionIds: readonly string[]): Promise<void>;
}

/** A state takes 256 KiB; the machine puts some of its own around what it is given. */
const MAX_INPUT_BYTES = 200 * 1024;

/** `elsewhere`: not on AWS, where synchronous starts have a host name of their own. */
export const openStateMachines = (
  options: Omit<StateMachinesOptions, 'client'>,
  elsewhere: boolean,
): StateMachines => stateMachines({ ...options, client: new SFNClient({ disableHostPrefix: elsewhere }) });

/** Moves executions by the Express machine, which hands over to the Standard one by itself. */
export const stateMachines = (options: StateMachinesOptions): StateMachines => {
  const { client, machine, readAnswer, now, log } = options;

  /** What is open is found by the sweep, so that a start which fails for now need not worry the one who asked. */
  const start = async (given: object): Promise<void> => {
    const command = new StartExecutionCommand({ stateMachineArn: machine(), input: JSON.stringify(given) });
    try {
      await client.send(command);
    } catch (error) {
      log({ level: 'error', message: 'start failed', ...given, error: String(error) });
      if (!isPassing(error)) throw error;
    }
  };
  const poke = (executionId: string, writer?: string): Promise<void> =>
    start(writer === undefined ? { executionId } : { executionId, writer });

  /**
   * Waits for the machine, at most until then. `late`: it goes on behind our back, or it does not; the journal knows.
   * `refused`: it was not begun.
   */
  const runUntil = async (
    answerBy: number,
    executionId: string,
    input: string,
  ): Promise<'ended' | 'late' | 'refused'> => {
    const patience = AbortSignal.timeout(Math.max(0, answerBy - now()));
    const command = new StartSyncExecutionCommand({ stateMachineArn: machine(), input });
    try {
      const { status, error } = await client.send(command, { abortSignal: patience });
      if (status !== 'SUCCEEDED') log({ level: 'error', message: `machine ${status}`, executionId, error });
      return 'ended';
    } catch (error) {
      if (patience.aborted) return 'late';
      log({ level: 'error', message: 'synchronous start failed', executionId, error: String(error) });
      return 'refused';
    }
  };

  return {
    poke,
    pokeMany: (executionIds) => start({ wake: executionIds }),
    run: async (executionId, answerBy) => {
      const input = JSON.stringify({ executionId, answerBy });
      if ((await runUntil(answerBy, executionId, input)) === 'refused') await poke(executionId);
    },
    begin: async (execution, answerBy) => {
      const { id: executionId } = execution;
      const input = JSON.stringify({ executionId, answerBy, execution });
      if (Buffer.byteLength(input) > MAX_INPUT_BYTES) return null;
      const end = await runUntil(answerBy, executionId, input);
      return end === 'ended' ? readAnswer(executionId) : null;
    },
  };
};
