import { z } from 'zod';
import type { DefinitionProblem } from '../../engine/index.ts';
import type { AiSuggestionRecord } from '../store/ai-suggestions.ts';

/** What the user must still supply before the workflow can run. */
export interface Need {
  readonly kind: 'credential' | 'value';
  readonly nodeId: string | null;
  readonly what: string;
}

/** A workflow as it was suggested. */
export interface Proposal {
  readonly name: string;
  readonly explanation: string;
  /** What it would be saved as; of an invalid one as far as it can be read. */
  readonly definition: unknown;
  readonly needs: readonly Need[];
  /** Errors make it invalid; warnings do not. */
  readonly problems: readonly DefinitionProblem[];
  readonly isValid: boolean;
}

/** What is kept of a suggestion: the column `suggestion`, as JSON. */
export type Suggestion =
  | ({
      readonly status: 'pending';
      /** Whoever began it was interrupted, and it was begun anew. */
      readonly isTakenUp?: boolean;
    } & Asked)
  | ({
      readonly status: 'ready';
      readonly source: 'model' | 'template';
      readonly templateId: string | null;
      /** Of the workflow it is to change: the version it was made for; null for a new one. */
      readonly workflowVersion: number | null;
      readonly costUsd: number | null;
    } & Asked &
      Proposal & { readonly alternatives: readonly Alternative[] })
  | ({
      readonly status: 'failed';
      readonly error: { readonly code: string; readonly message: string };
    } & Asked);

export interface Alternative {
  readonly templateId: string;
  readonly name: string;
  readonly description: string;
}

export interface Asked {
  /** The workflow it is to change; null for a new one. */
  readonly workflowId: string | null;
  /** The model that is asked; null when there is none. */
  readonly modelId: string | null;
}

const stored = z.looseObject({ status: z.enum(['pending', 'ready', 'failed']) });

/** A worker that has not answered in this time has been lost. */
const PATIENCE_MILLISECONDS = 10 * 60_000;

/** Until when somebody may be at work on a suggestion: it counts as failed from then on. */
export const patienceEnd = ({ createdAt }: Pick<AiSuggestionRecord, 'createdAt'>): number =>
  Date.parse(createdAt) + PATIENCE_MILLISECONDS;

/** What a row says; one that has been pending for too long has failed. */
export const readSuggestion = (row: AiSuggestionRecord, now: number): Suggestion => {
  const read = stored.parse(JSON.parse(row.suggestion ?? '{}')) as unknown as Suggestion;
  if (read.status !== 'pending' || now < patienceEnd(row)) return read;
  return lost(read, 'The suggestion was never finished. Ask again.');
};

/** What a suggestion comes to that nobody finishes. */
export const lost = ({ workflowId, modelId }: Asked, message: string): Suggestion => ({
  status: 'failed',
  workflowId,
  modelId,
  error: { code: 'ai.lost', message },
});
