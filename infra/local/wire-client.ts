import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type GroupedWrite, groupCommits } from './group-commit.ts';
import { openWire } from './wire.ts';

/** What the store's hot path needs of a client: SDK commands in, SDK outputs out. */
export type CommandClient = Pick<DynamoDBClient, 'send'>;

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Input;
}

interface Input {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ReturnValues?: string;
  readonly TransactItems?: readonly Partial<Record<string, Input>>[];
}

/** The writes that may be committed together with others, by the name of their command. */
const GROUPED: Readonly<Record<string, GroupedWrite['kind']>> = {
  PutItemCommand: 'Put',
  UpdateItemCommand: 'Update',
  DeleteItemCommand: 'Delete',
};

/**
 * Speaks DynamoDB's JSON protocol to a database on this machine and leaves out what only AWS needs: signatures, endpoint
 * rules, the middleware of each. That is a quarter of the SDK's time per call, and calls are what an execution costs.
 * Single writes are committed in groups; what they answer is the same.
 */
export const makeWireClient = (endpoint: string): CommandClient & { close(): Promise<void> } => {
  const { post, close } = openWire(endpoint);
  const commit = groupCommits(post);
  const send = async (command: Command): Promise<unknown> => {
    const { name } = command.constructor;
    const { input } = command;
    const writes = input.TransactItems ? input.TransactItems.map(partOf) : [writeOf(GROUPED[name], input)];
    // A transaction of one is refused in its own way.
    const mayBeGrouped = input.TransactItems?.length !== 1;
    if (mayBeGrouped && writes.every((write) => write !== null)) return commit(writes);
    return withBytes(await post(name.replace(/Command$/, ''), JSON.stringify(input, encodeBytes)));
  };
  return { send: send as CommandClient['send'], close };
};

/** Null for what cannot go with others. */
const writeOf = (kind: GroupedWrite['kind'] | undefined, input: Input): GroupedWrite | null => {
  const key = input.Key ?? input.Item;
  if (!kind || !key || (input.ReturnValues ?? 'NONE') !== 'NONE') return null;
  return { kind, item: `${key.pk?.S}\n${key.sk?.S}`, body: JSON.stringify(input, encodeBytes) };
};

/** One of the writes of a transaction. */
const partOf = (part: Partial<Record<string, Input>>): GroupedWrite | null => {
  const [kind, input] = Object.entries(part)[0] ?? [];
  return input && isWrite(kind) ? writeOf(kind, input) : null;
};

const isWrite = (kind: string | undefined): kind is GroupedWrite['kind'] =>
  kind === 'Put' || kind === 'Update' || kind === 'Delete';

/** Bytes travel in base64. A Buffer has turned itself into a list of numbers by now, hence the look at its holder. */
function encodeBytes(this: unknown, key: string, value: unknown): unknown {
  if (key !== 'B') return value;
  const bytes: unknown = (this as { readonly B?: unknown }).B;
  if (!(bytes instanceof Uint8Array)) return value;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

type Attributes = Record<string, Attribute>;
interface Attribute {
  S?: string;
  B?: string | Uint8Array;
  M?: Attributes;
  L?: Attribute[];
}

/** The parts of an answer that hold whole items. */
const withBytes = (answer: {
  Item?: Attributes;
  Attributes?: Attributes;
  Items?: Attributes[];
  Responses?: Record<string, Attributes[]>;
}): unknown => {
  const items = [answer.Item, answer.Attributes, answer.Items, ...Object.values(answer.Responses ?? {})];
  for (const item of items.flat()) if (item) decodeAll(Object.values(item));
  return answer;
};

const decodeAll = (attributes: readonly Attribute[]): void => {
  for (const attribute of attributes) {
    if (typeof attribute.B === 'string') attribute.B = Buffer.from(attribute.B, 'base64');
    else if (attribute.M) decodeAll(Object.values(attribute.M));
    else if (attribute.L) decodeAll(attribute.L);
  }
};
