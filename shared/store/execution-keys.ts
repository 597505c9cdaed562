import { createHash } from 'node:crypto';

/** How many partitions the index of open executions is spread over, to be swept in parallel. */
export const OPEN_SHARDS = 16;
const DIGITS = 12;

/** Every key of an execution's items. `a` sorts before `in#…` and `j#…`: the row, what came from outside, the journal. */
export const keys = {
  partition: (executionId: string) => `exec#${executionId}`,
  row: 'a',
  definition: 'd',
  /** Behind the definition: forgetting an execution's data begins there. */
  snapshot: 'e',
  segmentPrefix: 'j#',
  segment: (sequence: number) => `j#${String(sequence).padStart(DIGITS, '0')}`,
  /** Behind every segment there can be. */
  lastSegment: `j#${'9'.repeat(DIGITS)}`,
  inbox: (kind: string, waitId: string) => `in#${kind}#${waitId}`,
  byWorkflow: (workflowId: string) => `exec-wf#${workflowId}`,
  byOwner: (ownerId: string) => `exec-owner#${ownerId}`,
  openPrefix: 'open#',
  open: (shard: number) => `open#${shard}`,
  failed: (ownerId: string) => `failed#${ownerId}`,
};

export const shardOf = (executionId: string): number =>
  createHash('sha256').update(executionId).digest().readUInt16BE(0) % OPEN_SHARDS;

export const payloadPrefix = (executionId: string): string => `${executionId}/`;
