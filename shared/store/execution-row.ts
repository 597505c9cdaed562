import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item, Json } from '../../engine/item.ts';
import type { PayloadPort } from '../../engine/ports.ts';
import type { Attributes } from './execution-items.ts';
import { keys, payloadPrefix, shardOf } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { decodeJson, type EncodeOptions, encodeJson } from './segment-codec.ts';

/** What lies in a row besides its columns. */
interface RowExtras {
  /** Seconds since 1970. */
  readonly expiresAt: number;
  readonly goneAt?: number;
  /** Names this very acceptance: a put that was sent twice knows its own first copy by it. */
  readonly acceptId: string;
  /** The first segment of the journal, and the only one if the execution was over before it had to be accepted. */
  readonly journal?: Attributes;
}

/** The row as an item, index keys included; none of them changes with the status. What is over is in no index of open ones. */
export const encodeRow = async (
  record: ExecutionRecord,
  { expiresAt, goneAt, acceptId, journal }: RowExtras,
  options: Omit<EncodeOptions, 'key'>,
): Promise<Attributes> => {
  const { items, id, ...columns } = record;
  const position = `${record.startedAt}#${id}`;
  // A second delivery under the same id must not overwrite what the first one has put aside.
  const key = `${payloadPrefix(id)}trigger-${acceptId}`;
  return {
    pk: { S: keys.partition(id) },
    sk: { S: keys.row },
    ...(record.body === null ? listed(record, position) : null),
    ...sparseKeys(record),
    expiresAt: { N: String(expiresAt) },
    ...(goneAt === undefined ? null : { goneAt: { N: String(goneAt) } }),
    acceptId: { S: acceptId },
    id: { S: id },
    ...columnsOf(columns),
    items: { M: await encodeJson(items, { ...options, key }) },
    ...(journal ? { journal: { M: journal } } : null),
  };
};

/** The index of what is open, and of what has failed: an execution is in one of them or in none. */
export const sparseKeys = ({
  id,
  ownerId,
  startedAt,
  finishedAt,
  status,
  body,
}: ExecutionRecord): Attributes => {
  if (finishedAt !== null && (status !== 'failed' || body !== null)) return {};
  const partition = finishedAt === null ? keys.open(shardOf(id)) : keys.failed(ownerId);
  return { gsi6pk: { S: partition }, gsi6sk: { S: `${startedAt}#${id}` } };
};

/** A part of another execution is found through that one only. */
const listed = ({ workflowId, ownerId }: ExecutionRecord, position: string): Attributes => ({
  gsi4pk: { S: keys.byWorkflow(workflowId) },
  gsi4sk: { S: position },
  gsi5pk: { S: keys.byOwner(ownerId) },
  gsi5sk: { S: position },
});

/** Every column, as a table that the compiler holds complete. */
const COLUMNS: Readonly<Record<Exclude<keyof ExecutionRecord, 'items'>, true>> = {
  id: true,
  workflowId: true,
  workflowVersionId: true,
  version: true,
  ownerId: true,
  startedAt: true,
  finishedAt: true,
  status: true,
  triggeredBy: true,
  triggerType: true,
  triggerDetail: true,
  triggerNodeId: true,
  hasOwnDefinition: true,
  mode: true,
  responseMode: true,
  errorMessage: true,
  errorCode: true,
  errorNodeId: true,
  wait: true,
  parentExecutionId: true,
  isInline: true,
  body: true,
  retryOf: true,
  retryFrom: true,
  hops: true,
  lifetime: true,
  isDataKept: true,
  recoveries: true,
  recoveredAt: true,
};

const COLUMN_NAMES = Object.keys(COLUMNS);

/** A null column is not stored. Written out, as every execution passes here. */
const columnsOf = (columns: object): Attributes => {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(columns) as [string, Json | undefined][]) {
    if (typeof value === 'string') attributes[name] = { S: value };
    else if (typeof value === 'number') attributes[name] = { N: String(value) };
    else if (value !== null && value !== undefined) attributes[name] = marshall({ value }).value ?? NULL;
  }
  return attributes;
};

const NULL: AttributeValue = { NULL: true };

const columnValue = (attribute: AttributeValue | undefined): Json => {
  if (attribute?.S !== undefined) return attribute.S;
  if (attribute?.N !== undefined) return Number(attribute.N);
  return attribute ? unmarshall({ attribute }).attribute : null;
};

const projected = ['pk', 'expiresAt', 'goneAt', ...COLUMN_NAMES];

/** Leaves out of a read what lists do not show: the trigger's items and the journal. */
export const ROW_PROJECTION = {
  ProjectionExpression: projected.map((_, index) => `#c${index}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(projected.map((name, index) => [`#c${index}`, name])),
};

/** A row without its trigger items. */
export const decodeRow = (attributes: Attributes): ExecutionRecord => {
  const columns = COLUMN_NAMES.map((name) => [name, columnValue(attributes[name])]);
  return { ...(Object.fromEntries(columns) as Omit<ExecutionRecord, 'items'>), items: [] };
};

export const decodeTriggerItems = async (
  attributes: Attributes,
  payloads: PayloadPort,
): Promise<readonly Item[]> => (await decodeJson(attributes.items?.M ?? {}, payloads)) as readonly Item[];
