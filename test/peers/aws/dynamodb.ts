import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, onTestFinished } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { startDatabase } from '../../../infra/local/dynoxide.ts';
import { once } from '../../../shared/once.ts';
import { ACCESS_KEY } from './aws-server.ts';
import type { AwsRequest, AwsService } from './service.ts';

export interface DynamoTable {
  /** Names of its partition key and its sort key, both texts. */
  readonly key: readonly [string, string];
  readonly items: readonly JsonObject[];
}

const running = once(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-dynamodb-'));
  const database = await startDatabase({ file: join(folder, 'database.sqlite'), log: () => {} });
  const credentials = { accessKeyId: ACCESS_KEY, secretAccessKey: 'secret' };
  const client = new DynamoDBClient({ endpoint: database.endpoint, region: 'eu-central-1', credentials });
  stops.push(async () => {
    client.destroy();
    await database.stop();
    rmSync(folder, { recursive: true });
  });
  return { client, endpoint: database.endpoint };
});

const stops: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const stop of stops) await stop();
});

/** DynamoDB, as the database that the local edition has: one for a test file, with these tables for the length of a test. */
export const dynamodb = async (tables: Readonly<Record<string, DynamoTable>>): Promise<AwsService> => {
  const { client, endpoint } = await running();
  const document = DynamoDBDocumentClient.from(client);
  for (const [TableName, { key, items }] of Object.entries(tables)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: key.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
        AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    onTestFinished(async () => void (await client.send(new DeleteTableCommand({ TableName }))));
    for (const Item of items) await document.send(new PutCommand({ TableName, Item }));
  }
  return (request) => forwarded(endpoint, request);
};

const forwarded = async (endpoint: string, { headers, body }: AwsRequest) => {
  const passed = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'] as const;
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: passed.map((name): [string, string] => [name, String(headers[name])]),
    body: new Uint8Array(body),
  });
  const contentType = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    headers: { 'content-type': contentType },
    body: new Uint8Array(await response.arrayBuffer()),
  };
};
