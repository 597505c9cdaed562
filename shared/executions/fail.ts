import type { NodeErrorData } from '../../engine/errors.ts';
import { endIn } from '../../engine/interpreter/end-in.ts';
import type { ExecutionFinished } from '../../engine/interpreter/event.ts';
import type { LoadedExecution } from '../store/executions.ts';
import type { TerminalWorld } from './duty.ts';
import { settingsOf } from './own-definition.ts';
import { doTerminalWork } from './terminal-work.ts';

/**
 * Ends an execution from outside of its interpreter: it must not stay "running" for ever. False when somebody else was
 * first and has it now.
 */
export const failExecution = async (
  world: TerminalWorld,
  loaded: LoadedExecution,
  error: NodeErrorData,
): Promise<boolean> => {
  const { executions } = world.stores;
  const { record, events } = loaded;
  const ended = endIn(events);
  const final: ExecutionFinished = ended ?? {
    type: 'executionFinished',
    at: world.clock.now(),
    status: 'failed',
    error,
  };
  if (!ended) {
    const journal = executions.journal(loaded, { writerId: 'sweep', leaseUntil: 0, generation: null });
    if (!(await journal.append([final], { kind: 'final' }))) return false;
  }
  await doTerminalWork(world, { record, final, settings: await settingsOf(world.stores, record) });
  return true;
};
