import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type GroupedWrite, groupCommits } from './group-commit.ts';
import { openWire } from './wire.ts';
import { type Attributes, bytesFromText, bytesToText } from './wire-items.ts';

/** What the store's hot path needs of a client: SDK commands in, SDK outputs out. */
export type CommandClient = Pick<DynamoDBClient, 'send'>;

export interface Command {
  readonly constructor: { readonly name: string };
  readonly input: CommandInput;
}

export interface CommandInput {
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly ReturnValues?: string;
  readonly TransactItems?: readonly Partial<Record<string, CommandInput>>[];
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
    const body = JSON.stringify(input, bytesToText);
    const kind = GROUPED[name];
    const key = input.Key ?? input.Item;
    if (kind && key && (input.ReturnValues ?? 'NONE') === 'NONE')
      return commit({ kind, item: `${key.pk?.S}\n${key.sk?.S}`, body });
    return withBytes(await post(name.replace(/Command$/, ''), body));
  };
  return { send: send as CommandClient['send'], close };
};

/** The parts of an answer that hold whole items. */
const withBytes = (answer: {
  Item?: Attributes;
  Attributes?: Attributes;
  Items?: Attributes[];
  Responses?: Record<string, Attributes[]>;
}): unknown => {
  const items = [answer.Item, answer.Attributes, answer.Items, ...Object.values(answer.Responses ?? {})];
  for (const item of items.flat()) if (item) bytesFromText(item);
  return answer;
};
