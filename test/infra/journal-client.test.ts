import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeJournalClient } from '../../infra/local/journal-client.ts';
import type { SegmentFile, SegmentRange, StoredSegment } from '../../infra/local/segment-file.ts';

const TableName = 't';
const pk = { S: 'exec#exec_1' };
const key = (sk: string) => ({ pk, sk: { S: sk } });
const FIRST = 'j#000000000000';
const SECOND = 'j#000000000001';

let passed: { readonly name: string; readonly input: object }[];
let pages: object[];
let asked: SegmentRange[];
let stored: StoredSegment[];
let client: Pick<DynamoDBClient, 'send'>;

beforeEach(() => {
  passed = [];
  pages = [];
  asked = [];
  stored = [];
  const table = {
    send: async (command: { constructor: { name: string }; input: object }) => {
      passed.push({ name: command.constructor.name, input: command.input });
      return pages.shift() ?? { from: 'the table' };
    },
  };
  const file: SegmentFile = {
    write: async () => true,
    read: (range) => {
      asked.push(range);
      return stored.slice(0, range.limit);
    },
    close: () => undefined,
  };
  client = makeJournalClient(table as never, file);
});

const window = (from: string, to: string, more: object = {}) =>
  new QueryCommand({
    TableName,
    KeyConditionExpression: '#pk = :pk AND #sk BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
    ExpressionAttributeValues: { ':pk': pk, ':from': { S: from }, ':to': { S: to } },
    ...more,
  });
const inFile = (sequence: string): StoredSegment => ({
  partition: pk.S,
  sequence,
  expiresAt: 5,
  body: '{"events":{"M":{"z":{"B":"AAH+/w=="}}}}',
});
const outOfFile = (sequence: string) => ({
  ...key(sequence),
  expiresAt: { N: '5' },
  events: { M: { z: { B: Buffer.from([0, 1, 254, 255]) } } },
});

describe('the client of journals', () => {
  it.each([
    ['a row', new PutItemCommand({ TableName, Item: key('a') })],
    ['an inbox item', new PutItemCommand({ TableName, Item: key('in#cancel#x') })],
    [
      'what looks like a segment of something else',
      new PutItemCommand({ TableName, Item: { pk: { S: 'user#1' }, sk: { S: FIRST } } }),
    ],
    ['a change of a row', new UpdateItemCommand({ TableName, Key: key('a') })],
    ['the inbox', window('in#', 'in$')],
    [
      'another query',
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'x = :x',
        ExpressionAttributeValues: { ':x': { S: 'x' } },
      }),
    ],
    [
      'a row to remove',
      new BatchWriteItemCommand({ RequestItems: { t: [{ DeleteRequest: { Key: key('a') } }] } }),
    ],
    ['a row to read', new GetItemCommand({ TableName, Key: key('a') })],
  ])('passes on %s', async (_, command) => {
    expect(await client.send(command as never)).toEqual({ from: 'the table' });
    expect(passed).toEqual([{ name: command.constructor.name, input: command.input }]);
  });

  it('asks the table for what comes before the segments, and the file for those', async () => {
    pages = [{ Items: [key('a'), key('in#x#y')] }];
    stored = [inFile(FIRST), inFile(SECOND)];
    expect(await client.send(window('a', 'j#999999999999', { Limit: 500 }))).toEqual({
      Items: [key('a'), key('in#x#y'), outOfFile(FIRST), outOfFile(SECOND)],
    });
    expect(asked).toMatchObject([{ partition: pk.S, from: 'a', to: 'j#999999999999', limit: 498 }]);
  });

  it('goes on in the table as long as there is more, and then in the file', async () => {
    pages = [{ Items: [key('a')], LastEvaluatedKey: key('a') }, { Items: [key('in#x#y')] }];
    stored = [inFile(FIRST), inFile(SECOND)];
    const first = await client.send(window('a', 'j#999999999999', { Limit: 1 }));
    expect(first).toEqual({ Items: [key('a')], LastEvaluatedKey: key('a') });
    const second = await client.send(
      window('a', 'j#999999999999', { Limit: 2, ExclusiveStartKey: key('a') }),
    );
    expect(second).toEqual({ Items: [key('in#x#y'), outOfFile(FIRST)], LastEvaluatedKey: key(FIRST) });
    const third = await client.send(
      window('a', 'j#999999999999', { Limit: 9, ExclusiveStartKey: key(FIRST) }),
    );
    expect(third).toMatchObject({ Items: [{ sk: { S: FIRST } }, { sk: { S: SECOND } }] });
    expect(asked.at(-1)).toMatchObject({ behind: FIRST, limit: 9 });
    expect(passed).toHaveLength(2);
  });

  it.each([
    ['the reading of one', new GetItemCommand({ TableName, Key: key(FIRST) })],
    ['the removal of one', new DeleteItemCommand({ TableName, Key: key(FIRST) })],
    [
      'another change of one',
      new UpdateItemCommand({ TableName, Key: key(FIRST), UpdateExpression: 'SET #a = :a' }),
    ],
    [
      'a transaction with one',
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key(FIRST) } }] }),
    ],
    ['rows and segments backwards', window('a', 'j#999999999999', { ScanIndexForward: false })],
  ])('does not pretend to understand %s', async (_, command) => {
    await expect(async () => client.send(command as never)).rejects.toThrow('does not know this');
    expect(passed).toEqual([]);
  });
});
