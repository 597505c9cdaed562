import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../shared/store/connection.ts';
import { makeExecutionStore } from '../../../shared/store/executions.ts';
import { anExecution } from '../../store/store-builders.ts';
import { awsError } from './aws-error.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const dynamodb = mockClient(DynamoDBClient);
beforeEach(() => dynamodb.reset());

const nothing = () => Promise.reject(new Error('Nothing here is large.'));
const executions = () =>
  makeExecutionStore(
    connect({
      endpoint: 'http://127.0.0.1:1',
      table: 'stepwell',
      cursorKey: Buffer.from('key'),
      clock: { now: () => NOW },
      payloads: { put: nothing, get: nothing, write: nothing, read: nothing, removePrefix: nothing } as never,
    }),
  );
const id = `exec_${'0'.repeat(26)}`;
const conditionFailed = () =>
  new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });

describe('accepting an execution in DynamoDB', () => {
  it('is one put, on condition that there is none', async () => {
    dynamodb.on(PutItemCommand).resolves({});

    await executions().accept({ ...anExecution(), id });

    expect(dynamodb.calls()).toHaveLength(1);
    const input = dynamodb.commandCalls(PutItemCommand)[0]?.args[0].input;
    expect(input).toMatchObject({
      TableName: 'stepwell',
      ConditionExpression: 'attribute_not_exists(#pk)',
      ExpressionAttributeNames: { '#pk': 'pk' },
      Item: { pk: { S: `exec#${id}` }, sk: { S: 'a' }, status: { S: 'pending' } },
    });
  });

  it('whose answer was lost finds what it has put itself', async () => {
    let put: Record<string, unknown> = {};
    dynamodb.on(PutItemCommand).callsFake(({ Item }) => {
      put = Item;
      throw conditionFailed();
    });
    dynamodb.on(GetItemCommand).callsFake(() => ({ Item: put }));

    expect(await executions().accept({ ...anExecution(), id })).toMatchObject({ created: true });
  });

  it('that is there already is the one that is there', async () => {
    dynamodb.on(PutItemCommand).rejects(conditionFailed());
    dynamodb.on(GetItemCommand).callsFake(() => {
      const [first] = dynamodb.commandCalls(PutItemCommand);
      return { Item: { ...first?.args[0].input.Item, acceptId: { S: 'another' } } };
    });

    expect(await executions().accept({ ...anExecution(), id })).toMatchObject({
      created: false,
      record: { id },
    });
  });

  it.each([
    'ProvisionedThroughputExceededException',
    'ThrottlingException',
    'RequestLimitExceeded',
    'ECONNRESET',
  ])('is tried again after %s', async (name) => {
    dynamodb.on(PutItemCommand).rejectsOnce(awsError(name)).resolves({});

    expect(await executions().accept({ ...anExecution(), id })).toMatchObject({ created: true });
  });

  it('says that the database cannot be reached when it stays throttled', async () => {
    dynamodb.on(PutItemCommand).rejects(awsError('ThrottlingException'));

    await expect(executions().accept({ ...anExecution(), id })).rejects.toMatchObject({
      code: 'storage.unavailable',
      retryAfter: 1,
    });
    expect(dynamodb.calls().length).toBeLessThanOrEqual(6);
  });

  it.each(['AccessDeniedException', 'ResourceNotFoundException', 'ValidationException'])(
    'says when the deployment is wrong: %s',
    async (name) => {
      dynamodb.on(PutItemCommand).rejects(awsError(name));

      await expect(executions().accept({ ...anExecution(), id })).rejects.toMatchObject({ name });
      expect(dynamodb.calls()).toHaveLength(1);
    },
  );
});

describe('reading an execution from DynamoDB', () => {
  it('is consistent, and goes on where a page has ended', async () => {
    const key = { pk: { S: 'p' }, sk: { S: 's' } };
    dynamodb.on(QueryCommand).resolvesOnce({ Items: [], LastEvaluatedKey: key }).resolves({ Items: [] });

    expect(await executions().load(id)).toBeNull();

    const inputs = dynamodb.commandCalls(QueryCommand).map((call) => call.args[0].input);
    expect(inputs).toMatchObject([
      { ConsistentRead: true },
      { ConsistentRead: true, ExclusiveStartKey: key },
    ]);
  });
});

describe('reading rows from DynamoDB', () => {
  const row = (name: string) => ({ pk: { S: `exec#${name}` }, sk: { S: 'a' }, id: { S: name } });
  const keyOf = ({ pk, sk }: ReturnType<typeof row>) => ({ pk, sk });
  const listed = [row('one'), row('two')];

  it('asks again for what a batch has left', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: listed });
    dynamodb
      .on(BatchGetItemCommand)
      .resolvesOnce({
        Responses: { stepwell: listed.slice(0, 1) },
        UnprocessedKeys: { stepwell: { Keys: listed.slice(1).map(keyOf) } },
      })
      .resolves({ Responses: { stepwell: listed.slice(1) } });

    const { data } = await executions().listByWorkflow('wf_1', { limit: 5, caller: 'any' });

    expect(data.map((each) => each.id)).toEqual(['one', 'two']);
    const asked = dynamodb.commandCalls(BatchGetItemCommand).map((call) => call.args[0].input.RequestItems);
    expect(asked.map((each) => each?.stepwell?.Keys)).toEqual([listed.map(keyOf), [keyOf(row('two'))]]);
  });

  it('gives up where it gets to nothing time after time', async () => {
    dynamodb.on(QueryCommand).resolves({ Items: listed });
    dynamodb.on(BatchGetItemCommand).resolves({ UnprocessedKeys: { stepwell: { Keys: listed.map(keyOf) } } });

    await expect(executions().listByWorkflow('wf_1', { limit: 5, caller: 'any' })).rejects.toMatchObject({
      code: 'storage.unavailable',
    });
    expect(dynamodb.commandCalls(BatchGetItemCommand)).toHaveLength(6);
  });
});

describe('removing an execution from DynamoDB', () => {
  it('asks again for what a batch has left', async () => {
    const item = { pk: { S: `exec#${id}` }, sk: { S: 'a' } };
    const store = makeExecutionStore(
      connect({
        endpoint: 'http://127.0.0.1:1',
        table: 'stepwell',
        cursorKey: Buffer.from('key'),
        clock: { now: () => NOW },
        payloads: { removePrefix: async () => undefined } as never,
      }),
    );
    dynamodb.on(QueryCommand).resolves({ Items: [item] });
    dynamodb.on(GetItemCommand).resolves({ Item: item });
    dynamodb
      .on(BatchWriteItemCommand)
      .resolvesOnce({ UnprocessedItems: { stepwell: [{ DeleteRequest: { Key: item } }] } })
      .resolves({});

    await store.remove(id);

    expect(dynamodb.commandCalls(BatchWriteItemCommand).length).toBeGreaterThanOrEqual(2);
  });
});
