import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, startDatabase } from '../../infra/local/dynoxide.ts';
import { makeWireClient } from '../../infra/local/wire-client.ts';
import { createTable } from '../../shared/store/table.ts';

const TableName = 'wire-test';
const folder = mkdtempSync(join(tmpdir(), 'stepwell-wire-'));
let database: Database;
let wire: ReturnType<typeof makeWireClient>;
let sdk: DynamoDBClient;

beforeAll(async () => {
  database = await startDatabase({ file: join(folder, 'wire.db'), log: () => undefined });
  wire = makeWireClient(database.endpoint);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sdk = new DynamoDBClient({ endpoint: database.endpoint, region: 'local', credentials });
  await createTable(sdk, TableName);
});
afterAll(async () => {
  await wire.close();
  sdk.destroy();
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

const absent = {
  ConditionExpression: 'attribute_not_exists(#pk)',
  ExpressionAttributeNames: { '#pk': 'pk' },
} as const;

describe('the wire client', () => {
  it('stores and reads what the SDK does', async () => {
    const Item = {
      pk: { S: 'all kinds' },
      sk: { S: 'a' },
      text: { S: 'ünï\n"quoted"\u0000' },
      number: { N: '12345678901234567890' },
      bytes: { B: new Uint8Array([0, 1, 254, 255]) },
      buffer: { B: Buffer.from('hello') },
      none: { NULL: true },
      flag: { BOOL: false },
      nested: { M: { list: { L: [{ B: new Uint8Array([7]) }, { S: 'x' }] } } },
    };
    await wire.send(new PutItemCommand({ TableName, Item }));
    const Key = { pk: { S: 'all kinds' }, sk: { S: 'a' } };

    const { Item: byWire } = await wire.send(new GetItemCommand({ TableName, Key }));
    const { Item: bySdk } = await sdk.send(new GetItemCommand({ TableName, Key }));

    const plain = (item: unknown) =>
      JSON.parse(
        JSON.stringify(item, function (this: { B?: Uint8Array }, key, value) {
          return key === 'B' && this.B ? Buffer.from(this.B).toString('hex') : value;
        }),
      );
    expect(plain(byWire)).toEqual(plain(bySdk));
    expect(byWire?.bytes?.B).toEqual(Buffer.from([0, 1, 254, 255]));
    expect(byWire?.nested?.M?.list?.L?.[0]?.B).toEqual(Buffer.from([7]));
  });

  it('reads lists of items', async () => {
    for (const sk of ['a', 'b', 'c'])
      await wire.send(
        new PutItemCommand({
          TableName,
          Item: { pk: { S: 'list' }, sk: { S: sk }, data: { B: Buffer.from(sk) } },
        }),
      );

    const page = await wire.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': { S: 'list' } },
        Limit: 2,
      }),
    );
    const batch = await wire.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [{ pk: { S: 'list' }, sk: { S: 'c' } }] } },
      }),
    );

    expect(page.Items?.map((item) => String(item.data?.B))).toEqual(['a', 'b']);
    expect(page.LastEvaluatedKey).toEqual({ pk: { S: 'list' }, sk: { S: 'b' } });
    expect(String(batch.Responses?.[TableName]?.[0]?.data?.B)).toBe('c');
  });

  it('names errors as the SDK does', async () => {
    const Item = { pk: { S: 'once' }, sk: { S: 'a' }, by: { B: Buffer.from('first') } };
    const put = new PutItemCommand({
      TableName,
      Item,
      ...absent,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await wire.send(put);

    await expect(wire.send(put)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      $metadata: { httpStatusCode: 400 },
    });
    const nowhere = new GetItemCommand({ TableName: 'nowhere', Key: { pk: { S: 'x' }, sk: { S: 'x' } } });
    await expect(wire.send(nowhere)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item, ...absent } }],
    });
    await expect(wire.send(transaction)).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  });

  it('gives each of many writes at once its own fate', async () => {
    const putOf = (pk: string) =>
      wire.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: 'a' } }, ...absent }));
    await putOf('crowd-7');

    const settled = await Promise.allSettled(Array.from({ length: 60 }, (_, each) => putOf(`crowd-${each}`)));

    const refused = settled.flatMap((each, index) =>
      each.status === 'rejected' ? [[index, each.reason.name]] : [],
    );
    expect(refused).toEqual([[7, 'ConditionalCheckFailedException']]);
    for (const each of [0, 7, 59]) {
      const Key = { pk: { S: `crowd-${each}` }, sk: { S: 'a' } };
      expect((await wire.send(new GetItemCommand({ TableName, Key }))).Item).toEqual(Key);
    }
  });

  it('says that nobody answers with the code of the system', async () => {
    const gone = makeWireClient('http://127.0.0.1:1');
    const get = new GetItemCommand({ TableName, Key: { pk: { S: 'x' }, sk: { S: 'x' } } });

    await expect(gone.send(get)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await gone.close();
  });
});
