import { createHash } from 'node:crypto';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from '../../engine/item.ts';
import type { PayloadPort } from '../../engine/ports.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

type Attributes = Record<string, AttributeValue>;

/** How many partitions the index of open executions is spread over, to be swept in parallel. */
export const OPEN_SHARDS = 16;
const DIGITS = 12;

/** Every key of an execution's items. `a` sorts before `in#…` and `j#…`: the row, what came from outside, the journal. */
export const keys = {
  partition: (executionId: string) => `exec#${executionId}`,
  row: 'a',
  segment: (sequence: number) => `j#${String(sequence).padStart(DIGITS, '0')}`,
  inbox: (kind: string, waitId: string) => `in#${kind}#${waitId}`,
  byWorkflow: (workflowId: string) => `exec-wf#${workflowId}`,
  byOwner: (ownerId: string) => `exec-owner#${ownerId}`,
  open: (shard: number) => `open#${shard}`,
};

export const shardOf = (executionId: string): number =>
  createHash('sha256').update(executionId).digest().readUInt16BE(0) % OPEN_SHARDS;

export const payloadPrefix = (executionId: string): string => `${executionId}/`;

/** The accepted row as an item, index keys included; none of them changes with the status. */
export const encodeRow = async (
  record: ExecutionRecord,
  expiresAt: number,
  { payloads, spillBytes }: { payloads: PayloadPort; spillBytes: number },
): Promise<Attributes> => {
  const { items, id, ...columns } = record;
  const position = `${record.startedAt}#${id}`;
  const key = `${payloadPrefix(id)}trigger`;
  return {
    pk: { S: keys.partition(id) },
    sk: { S: keys.row },
    gsi4pk: { S: keys.byWorkflow(record.workflowId) },
    gsi4sk: { S: position },
    gsi5pk: { S: keys.byOwner(record.ownerId) },
    gsi5sk: { S: position },
    gsi6pk: { S: keys.open(shardOf(id)) },
    gsi6sk: { S: position },
    expiresAt: { N: String(expiresAt) },
    id: { S: id },
    ...marshall(columns, { removeUndefinedValues: true }),
    items: { M: await encodeJson(items, { payloads, key, spillBytes }) },
  };
};

const INDEX_ATTRIBUTES = [
  'pk',
  'sk',
  'gsi4pk',
  'gsi4sk',
  'gsi5pk',
  'gsi5sk',
  'gsi6pk',
  'gsi6sk',
  'expiresAt',
];

/** A row without its trigger items. */
export const decodeRow = (attributes: Attributes): ExecutionRecord => {
  const { items: _items, ...columns } = attributes;
  for (const name of INDEX_ATTRIBUTES) delete columns[name];
  return { ...(unmarshall(columns) as Omit<ExecutionRecord, 'items'>), items: [] };
};

export const decodeTriggerItems = async (
  attributes: Attributes,
  payloads: PayloadPort,
): Promise<readonly Item[]> => (await decodeJson(attributes.items?.M ?? {}, payloads)) as readonly Item[];
