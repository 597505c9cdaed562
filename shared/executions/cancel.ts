import type { Platform } from '../platform.ts';
import { askToStop } from './wake-with.ts';

/** Asks an execution to stop at its next node boundary. Asking twice is asking once. */
export const cancelExecution = (platform: Platform, executionId: string, by: string): Promise<void> =>
  askToStop({ ...platform, poke: platform.orchestrator.poke }, executionId, by);
