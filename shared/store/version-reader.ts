import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Definition } from '../../engine/definition.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';

/** A row of `workflow_versions`: immutable. */
export interface WorkflowVersionRecord {
  readonly id: string;
  readonly workflowId: string;
  readonly version: number;
  readonly definition: Definition;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly notes: string | null;
}

/** The definition as text, or the key of the payload that holds it. */
export type StoredVersion = Omit<WorkflowVersionRecord, 'definition' | 'notes'> & {
  readonly definition?: string | undefined;
  readonly payload?: string | undefined;
  readonly notes?: string | undefined;
};

export const VERSION_DIGITS = 10;

/**
 * Reads one version with its definition. On the path of every execution, so by hand: the keys are those that the entity of
 * the versions writes.
 */
export const versionReader = ({ client, table: TableName, payloads }: StoreConnection) => ({
  get: async (workflowId: string, version: number): Promise<WorkflowVersionRecord | null> => {
    const Key = {
      pk: { S: `$stepwell#workflowId_${workflowId}` },
      sk: { S: `$workflowVersion_1#version_${String(version).padStart(VERSION_DIGITS, '0')}` },
    };
    const { Item } = await send(() =>
      client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true })),
    );
    if (!Item) return null;
    const { id, definition, payload, createdAt, createdBy, notes } = unmarshall(Item) as StoredVersion;
    const text = definition ?? Buffer.from(await payloads.get(payload ?? '')).toString();
    const record = { id, workflowId, version, createdAt, createdBy, notes: notes ?? null };
    return { ...record, definition: JSON.parse(text) as Definition };
  },
});
