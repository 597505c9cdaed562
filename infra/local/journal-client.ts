import { type AttributeValue, BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { keys } from '../../shared/store/execution-keys.ts';
import type { SegmentFile, StoredSegment } from './segment-file.ts';
import type { Command, CommandClient, CommandInput } from './wire-client.ts';
import { type Attributes, bytesFromText, bytesToText } from './wire-items.ts';

interface ExpressionInput extends CommandInput {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Attributes;
  readonly UpdateExpression?: string;
  readonly ExclusiveStartKey?: Attributes | undefined;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
}

interface BatchInput {
  readonly RequestItems: Readonly<Record<string, Deletion[]>>;
}
type Deletion = { readonly DeleteRequest: { readonly Key: Record<string, AttributeValue> } };

interface Page {
  readonly Items?: readonly Attributes[];
  readonly LastEvaluatedKey?: Attributes | undefined;
}

type Handle<Input> = (input: Input, command: Command) => Promise<unknown>;

/**
 * The client of the store with the segments of journals in a file of their own. It does what the store asks of segments, throws
 * where it is asked for more, and passes on what is about other items. Segments stand behind all other items of their partition.
 */
export const makeJournalClient = (table: CommandClient, file: SegmentFile): CommandClient => {
  const pass = (command: Command): Promise<unknown> => table.send(command as never);

  const put: Handle<ExpressionInput> = async ({ Item = {}, ConditionExpression }, command) => {
    if (!isSegment(Item)) return pass(command);
    const isNew = ConditionExpression !== undefined;
    if (await file.write({ kind: 'put', segment: toStored(Item), isNew })) return {};
    throw Object.assign(new Error('There is such a segment.'), { name: 'ConditionalCheckFailedException' });
  };

  const update: Handle<ExpressionInput> = async ({ Key = {}, ...input }, command) => {
    if (!isSegment(Key)) return pass(command);
    const expiresAt = Number(input.ExpressionAttributeValues?.[':expiresAt']?.N);
    if (input.UpdateExpression !== 'SET #expiresAt = :expiresAt') throw notUnderstood(command);
    await file.write({ kind: 'expire', segment: { ...nameOf(Key), expiresAt } });
    return {};
  };

  const remove: Handle<BatchInput> = async ({ RequestItems }, command) => {
    const [[name = '', deletions = []] = []] = Object.entries(RequestItems);
    const ofSegment = ({ DeleteRequest: { Key } }: Deletion) => isSegment(Key);
    const segments = deletions.filter(ofSegment);
    if (segments.length === 0) return pass(command);
    await Promise.all(
      segments.map(({ DeleteRequest: { Key } }) => file.write({ kind: 'delete', segment: nameOf(Key) })),
    );
    const others = deletions.filter((each) => !ofSegment(each));
    if (others.length === 0) return {};
    return table.send(new BatchWriteItemCommand({ RequestItems: { [name]: others } }));
  };

  const query: Handle<ExpressionInput> = async (input, command) => {
    const { ':pk': pk, ':from': from, ':to': to } = input.ExpressionAttributeValues ?? {};
    if (!pk?.S?.startsWith(EXECUTIONS) || !from?.S || !to?.S || to.S < SEGMENTS) return pass(command);
    const { Limit: limit = Number.MAX_SAFE_INTEGER, ScanIndexForward: isForward = true } = input;
    const start = input.ExclusiveStartKey?.sk?.S;
    const isBehind = from.S >= SEGMENTS || (start ?? '') >= SEGMENTS;
    if (!isBehind && !isForward) throw notUnderstood(command);
    const page = isBehind ? NOTHING : ((await pass(command)) as Page);
    const { Items: items = [], LastEvaluatedKey } = page;
    if (LastEvaluatedKey) return page;
    const range = { partition: pk.S, from: from.S, to: to.S, behind: start ?? '', isForward };
    const found = [...items, ...file.read({ ...range, limit: limit - items.length }).map(fromStored)];
    const last = found.at(-1);
    const isFull = found.length === limit && last !== undefined;
    return { Items: found, ...(isFull ? { LastEvaluatedKey: { pk: last.pk, sk: last.sk } } : {}) };
  };

  const handlers = new Map<string, Handle<never>>([
    ['PutItemCommand', put],
    ['UpdateItemCommand', update],
    ['BatchWriteItemCommand', remove],
    ['QueryCommand', query],
  ]);
  const send = (command: Command): Promise<unknown> => {
    const handle = handlers.get(command.constructor.name);
    if (handle) return handle(command.input as never, command);
    if (namesSegment(command.input)) throw notUnderstood(command);
    return pass(command);
  };
  return { send: send as CommandClient['send'] };
};

const EXECUTIONS = keys.partition('');
const SEGMENTS = keys.segmentPrefix;
const NOTHING: Page = {};

const isSegment = ({ pk, sk }: Attributes): boolean =>
  Boolean(sk?.S?.startsWith(SEGMENTS) && pk?.S?.startsWith(EXECUTIONS));

/** Of commands for which there is no handler. */
const namesSegment = ({ Key = {}, TransactItems = [] }: CommandInput): boolean =>
  isSegment(Key) ||
  TransactItems.some((part) =>
    Object.values(part).some((each) => isSegment(each?.Key ?? {}) || isSegment(each?.Item ?? {})),
  );

const notUnderstood = ({ constructor: { name } }: Command): Error =>
  new Error(`Segments of journals lie in a file of their own, which does not know this ${name}.`);

const nameOf = ({ pk, sk }: Attributes) => ({ partition: pk?.S ?? '', sequence: sk?.S ?? '' });

const toStored = ({ pk, sk, expiresAt, ...rest }: Attributes): StoredSegment => ({
  partition: pk?.S ?? '',
  sequence: sk?.S ?? '',
  expiresAt: expiresAt ? Number(expiresAt.N) : null,
  body: JSON.stringify(rest, bytesToText),
});

const fromStored = ({ partition, sequence, expiresAt, body }: StoredSegment): Attributes => {
  const item: Attributes = JSON.parse(body);
  bytesFromText(item);
  if (expiresAt !== null) item.expiresAt = { N: String(expiresAt) };
  return { pk: { S: partition }, sk: { S: sequence }, ...item };
};
