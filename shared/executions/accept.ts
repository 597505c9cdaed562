import type { Item } from '../../engine/item.ts';
import { AppError } from '../errors.ts';
import { hashId, newId } from '../ids.ts';
import { admit } from '../operations/admission.ts';
import type { Platform } from '../platform.ts';
import type { ExecutionRecord, NewExecution } from '../store/execution-record.ts';
import type { Lifetime } from '../store/lifetime.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { IdentifiedExecution } from './orchestrator.ts';

export interface Start {
  /** Given where the start is made once for something else that has happened. */
  readonly id?: string;
  readonly workflow: { readonly id: string; readonly createdBy: string };
  readonly version: { readonly id: string; readonly version: number };
  readonly triggerNodeId: string;
  readonly triggerType: NewExecution['triggerType'];
  readonly triggerDetail?: string;
  /** The user who starts it by hand. */
  readonly triggeredBy?: string;
  readonly retryOf?: string;
  readonly retryFrom?: NewExecution['retryFrom'];
  readonly hasOwnDefinition?: boolean;
  /** It follows from the end of another one, which was let in: no quota is asked. */
  readonly isOwed?: boolean;
  /** `long` when not said: it may then wait without being moved. */
  readonly lifetime?: Lifetime;
  readonly items: readonly Item[];
  readonly mode: NewExecution['mode'];
  readonly responseMode?: NewExecution['responseMode'];
  /** The header that counts how many workflows have called one another to come here. */
  readonly hops: string | undefined;
  /** Makes a repeat find the execution that the first one made. */
  readonly delivery?: { readonly source: string; readonly key: string } | undefined;
}

/** How many executions may have led to one another. */
export const MAX_HOPS = 20;

/** The id of the execution a start asks for: for a repeat, that of the first. */
export const executionIdOf = ({ id, delivery }: Pick<Start, 'id' | 'delivery'>): string =>
  delivery ? hashId('exec', JSON.stringify([delivery.source, delivery.key])) : (id ?? newId('exec'));

/** The execution a start asks for; nothing is stored. */
const executionOf = (start: Start): IdentifiedExecution => {
  const { workflow, version } = start;
  return {
    id: executionIdOf(start),
    workflowId: workflow.id,
    workflowVersionId: version.id,
    version: version.version,
    ownerId: workflow.createdBy,
    triggeredBy: start.triggeredBy ?? null,
    triggerType: start.triggerType,
    triggerDetail: start.triggerDetail ?? null,
    triggerNodeId: start.triggerNodeId,
    retryOf: start.retryOf ?? null,
    retryFrom: start.retryFrom ?? null,
    hasOwnDefinition: start.hasOwnDefinition ?? false,
    lifetime: start.lifetime ?? 'long',
    items: start.items,
    mode: start.mode,
    responseMode: start.responseMode ?? null,
    hops: hopsOf(start.hops),
  };
};

/** Stores an execution that is to run. Once this has resolved it will, whatever happens to the one who asked. */
export const accept = async (
  { stores, clock }: Pick<Platform, 'stores' | 'clock'>,
  start: Start,
): Promise<{ record: ExecutionRecord; created: boolean }> => {
  const execution = executionOf(start);
  if (!start.isOwed) await admit(stores, execution, clock.now());
  return stores.executions.accept(execution);
};

/**
 * Runs an execution for a caller who waits until `answerBy` (milliseconds since 1970), and says what the journal has to
 * say by then. It is stored whatever the answer. A repeat of a delivery gets the answer of the first.
 */
export const runForAnswer = async (
  platform: Platform,
  start: Start,
  answerBy: number,
): Promise<{ executionId: string; answer: Answer }> => {
  const { stores, orchestrator, clock } = platform;
  const execution = { ...executionOf(start), at: clock.now() };
  const executionId = execution.id;
  await admit(stores, execution, clock.now());
  const known = await orchestrator.begin(execution, answerBy);
  if (known) return { executionId, answer: known };
  await stores.executions.accept(execution);
  await orchestrator.run(executionId, answerBy);
  return { executionId, answer: await readAnswer(platform, executionId) };
};

/** Throws past the limit: workflows that call one another in a circle would never end. */
export const hopsOf = (header: string | undefined): number => {
  const hops = /^\d{1,9}$/.test(header ?? '') ? Number(header) : 0;
  if (hops <= MAX_HOPS) return hops;
  throw new AppError(
    'execution.tooManyHops',
    `${hops} workflows have called one another to come here; ${MAX_HOPS} are allowed. Look for a circle.`,
  );
};
