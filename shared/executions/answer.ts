import type { NodeErrorData } from '../../engine/errors.ts';
import { endIn } from '../../engine/interpreter/end-in.ts';
import type { JournalEvent, WorkflowResponse } from '../../engine/interpreter/event.ts';
import type { Item } from '../../engine/item.ts';
import type { Stores } from '../store/stores.ts';

/** What an execution has to say to the one who waits for it. */
export type Answer =
  | { readonly kind: 'responded'; readonly response: WorkflowResponse }
  | { readonly kind: 'completed'; readonly output: readonly Item[] }
  | { readonly kind: 'failed'; readonly error: NodeErrorData | null }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unfinished' };

/** As of now: reads the journal consistently. */
export const readAnswer = async (
  { stores }: { readonly stores: Stores },
  executionId: string,
): Promise<Answer> => {
  const loaded = await stores.executions.load(executionId);
  return loaded ? answerOf(loaded.events) : { kind: 'cancelled' };
};

/** Derived from the journal alone: an answer given is not taken back by what happened after it. */
export const answerOf = (events: readonly JournalEvent[]): Answer => {
  const responded = events.find((event) => event.type === 'responded');
  if (responded) return { kind: 'responded', response: responded.response };
  const end = endIn(events);
  if (!end) return { kind: 'unfinished' };
  if (end.status === 'completed') return { kind: 'completed', output: end.output ?? [] };
  if (end.status === 'failed') return { kind: 'failed', error: end.error ?? null };
  return { kind: 'cancelled' };
};
