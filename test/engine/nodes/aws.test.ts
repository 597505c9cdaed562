import { Readable } from 'node:stream';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { openNodeIdentities, openNodeServices } from '../../../shared/adapters/aws/node-services.ts';
import { awsError } from '../../adapters/aws/aws-error.ts';
import { answering, checkNode, runNode } from './run-node.ts';

const options = {
  nodeRole: null,
  region: null,
  now: () => Date.UTC(2026, 0, 5),
};
const services = openNodeServices({
  ...options,
  identityOf: openNodeIdentities(options),
  isElsewhere: false,
});
const credential = {
  type: 'aws',
  data: { region: 'eu-central-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret-of-keys' },
  allowedHosts: ['*.amazonaws.com'],
};

const [s3, dynamodb, sqs, sns, events, lambda, secrets] = [
  mockClient(S3Client),
  mockClient(DynamoDBDocumentClient),
  mockClient(SQSClient),
  mockClient(SNSClient),
  mockClient(EventBridgeClient),
  mockClient(LambdaClient),
  mockClient(SecretsManagerClient),
];
const mocks = [s3, dynamodb, sqs, sns, events, lambda, secrets];
beforeEach(() => {
  for (const mock of mocks) mock.reset();
});
const run = (type: string, parameters: JsonObject, more: Partial<Parameters<typeof runNode>[0]> = {}) =>
  runNode({ type, parameters, credential, aws: services('user_1'), given: [{ id: 7 }], ...more });
const sent = () =>
  mocks.flatMap((mock) => mock.calls() as { args: [{ input: unknown }] }[]).map((call) => call.args[0].input);
const body = (text: string) => Readable.from([Buffer.from(text.slice(0, 2)), Buffer.from(text.slice(2))]);

describe('aws.s3', () => {
  it('gets an object as a file', async () => {
    s3.on(GetObjectCommand).callsFake(() => ({
      Body: body('a,b'),
      ContentType: 'text/csv',
      ETag: '"e"',
      LastModified: new Date(0),
    }));
    const { items, read } = await run('aws.s3', {
      operation: 'get',
      bucket: 'b',
      key: 'x/{{ $json.id }}.csv',
    });
    const file = items.main?.[0]?.binary?.file;
    expect(items.main?.[0]?.json).toEqual({
      bucket: 'b',
      key: 'x/7.csv',
      size: 3,
      etag: '"e"',
      lastModified: '1970-01-01T00:00:00.000Z',
    });
    expect(file).toMatchObject({ fileName: '7.csv', mediaType: 'text/csv', size: 3 });
    expect((await read(file)).toString()).toBe('a,b');
    expect(sent()).toEqual([{ Bucket: 'b', Key: 'x/7.csv' }]);
  });

  it('puts a file of the item, or a value', async () => {
    s3.on(PutObjectCommand).resolves({ ETag: '"e"' });
    const parameters = { operation: 'put', bucket: 'b', key: 'k' };
    const files = { file: { content: 'hello', mediaType: 'text/plain' } };
    expect((await run('aws.s3', parameters, { files })).outputs.main).toEqual([
      { bucket: 'b', key: 'k', size: 5, etag: '"e"' },
    ]);
    await run('aws.s3', { ...parameters, value: { id: '{{ $json.id }}' } });
    expect(sent()).toEqual([
      { Bucket: 'b', Key: 'k', Body: new Uint8Array(Buffer.from('hello')), ContentType: 'text/plain' },
      {
        Bucket: 'b',
        Key: 'k',
        Body: new Uint8Array(Buffer.from('{"id":7}')),
        ContentType: 'application/json',
      },
    ]);
  });

  it('lists page after page, up to its limit', async () => {
    s3.on(ListObjectsV2Command)
      .resolvesOnce({
        Contents: [
          { Key: 'a', Size: 1 },
          { Key: 'b', Size: 2 },
        ],
        NextContinuationToken: 't',
      })
      .resolvesOnce({ Contents: [{ Key: 'c', Size: 3 }], NextContinuationToken: 'u' });
    const { outputs } = await run('aws.s3', { operation: 'list', bucket: 'b', prefix: 'p', limit: 3 });
    expect(outputs.main).toEqual([
      { key: 'a', size: 1 },
      { key: 'b', size: 2 },
      { key: 'c', size: 3 },
    ]);
    expect(sent()).toMatchObject([{ MaxKeys: 3 }, { MaxKeys: 1, ContinuationToken: 't' }]);
  });

  it('deletes, and makes links that end', async () => {
    s3.on(DeleteObjectCommand).resolves({});
    expect((await run('aws.s3', { operation: 'delete', bucket: 'b', key: 'k' })).outputs.main).toEqual([
      { bucket: 'b', key: 'k', deleted: true },
    ]);
    const { outputs } = await run('aws.s3', {
      operation: 'presign',
      bucket: 'reports',
      key: 'k',
      link: 'put',
      expiresInSeconds: 60,
    });
    const url = new URL(String(outputs.main?.[0]?.url));
    expect([url.host, url.pathname, url.searchParams.get('X-Amz-Expires')]).toEqual([
      'reports.s3.eu-central-1.amazonaws.com',
      '/k',
      '60',
    ]);
  });
});

describe('aws.dynamodb', () => {
  const answer = { id: 'c', n: 1 };

  it.each<[JsonObject, JsonObject, JsonObject[]]>([
    [
      { operation: 'get', key: { id: 'c' } },
      { TableName: 't', Key: { id: 'c' }, ConsistentRead: false },
      [answer],
    ],
    [
      { operation: 'put', condition: 'attribute_not_exists(#id)', names: { '#id': 'id' } },
      {
        TableName: 't',
        Item: { id: 7 },
        ConditionExpression: 'attribute_not_exists(#id)',
        ExpressionAttributeNames: { '#id': 'id' },
      },
      [{ id: 7 }],
    ],
    [
      {
        operation: 'update',
        key: { id: 'c' },
        update: 'SET #n = :n',
        names: { '#n': 'n' },
        values: { ':n': '{{ $json.id }}' },
      },
      {
        TableName: 't',
        Key: { id: 'c' },
        UpdateExpression: 'SET #n = :n',
        ExpressionAttributeValues: { ':n': 7 },
        ReturnValues: 'ALL_NEW',
      },
      [answer],
    ],
    [
      { operation: 'delete', key: { id: 'c' } },
      { TableName: 't', Key: { id: 'c' }, ReturnValues: 'ALL_OLD' },
      [{ deleted: true, item: answer }],
    ],
  ])('%j', async (parameters, input, expected) => {
    dynamodb.on(GetCommand).resolves({ Item: answer });
    dynamodb.on(PutCommand).resolves({});
    dynamodb.on(UpdateCommand).resolves({ Attributes: answer });
    dynamodb.on(DeleteCommand).resolves({ Attributes: answer });
    const { outputs, error } = await run('aws.dynamodb', { table: 't', ...parameters });
    expect(error).toBeUndefined();
    expect(outputs.main).toEqual(expected);
    expect(sent()).toMatchObject([input]);
  });

  it('queries page after page, up to its limit', async () => {
    dynamodb
      .on(QueryCommand)
      .resolvesOnce({ Items: [{ id: 1 }], LastEvaluatedKey: { id: 1 } })
      .resolvesOnce({ Items: [{ id: 2 }, { id: 3 }] });
    const { outputs } = await run('aws.dynamodb', {
      operation: 'query',
      table: 't',
      keyCondition: '#a = :a',
      filter: '#b = :b',
      limit: 2,
    });
    expect(outputs.main).toEqual([{ id: 1 }, { id: 2 }]);
    expect(sent()).toMatchObject([{ Limit: 500 }, { ExclusiveStartKey: { id: 1 } }]);
  });

  it('gives no item for a key that is not there', async () => {
    dynamodb.on(GetCommand).resolves({});
    expect((await run('aws.dynamodb', { table: 't', key: { id: 'x' } })).outputs.main).toEqual([]);
  });
});

describe('messages and events', () => {
  it('go to a queue, with a key that a repeated attempt shares', async () => {
    sqs.on(SendMessageCommand).resolves({ MessageId: 'm' });
    const { outputs } = await run('aws.sqs', {
      queueUrl: 'https://sqs/q',
      message: 'n {{ $json.id }}',
      groupId: 'g',
    });
    expect(outputs.main).toEqual([{ MessageId: 'm' }]);
    expect(sent()).toMatchObject([
      {
        QueueUrl: 'https://sqs/q',
        MessageBody: 'n 7',
        MessageGroupId: 'g',
        MessageDeduplicationId: expect.stringMatching(/^exec_1\/node\/.+\/0$/),
      },
    ]);
  });

  it('go to a topic', async () => {
    sns.on(PublishCommand).resolves({ MessageId: 'm' });
    await run('aws.sns', { topicArn: 'arn:t', subject: 'S' });
    expect(sent()).toMatchObject([{ TopicArn: 'arn:t', Subject: 'S', Message: '{"id":7}' }]);
  });

  it('go to a bus, whose refusal of one event is an error', async () => {
    events.on(PutEventsCommand).resolves({ Entries: [{ EventId: 'e' }] });
    const parameters = { source: 'shop', detailType: 'Order' };
    expect((await run('aws.eventbridge', parameters)).outputs.main).toEqual([{ EventId: 'e' }]);
    expect(sent()).toEqual([
      {
        Entries: [
          { EventBusName: 'default', Source: 'shop', DetailType: 'Order', Detail: '{"id":7}', Resources: [] },
        ],
      },
    ]);
    events
      .on(PutEventsCommand)
      .resolves({ Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'no' }], FailedEntryCount: 1 });
    expect((await run('aws.eventbridge', parameters)).error).toMatchObject({
      code: 'aws.failed',
      retryable: true,
    });
  });
});

describe('aws.lambda', () => {
  const payload = (value: unknown) => Buffer.from(JSON.stringify(value)) as never;

  it('gives what a function returns', async () => {
    lambda.on(InvokeCommand).resolves({ Payload: payload({ price: 2 }) });
    expect((await run('aws.lambda', { functionName: 'f' })).outputs.main).toEqual([{ price: 2 }]);
    expect(sent()).toMatchObject([{ FunctionName: 'f', InvocationType: 'RequestResponse' }]);
  });

  it('fails with the error of a function', async () => {
    lambda.on(InvokeCommand).resolves({
      FunctionError: 'Unhandled',
      Payload: payload({ errorType: 'TypeError', errorMessage: 'x is not' }),
    });
    expect((await run('aws.lambda', { functionName: 'f' })).error).toMatchObject({
      code: 'aws.functionFailed',
      message: 'The function failed: TypeError: x is not',
    });
  });

  it('hands over an event and does not wait', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    expect((await run('aws.lambda', { functionName: 'f', invocation: 'event' })).outputs.main).toEqual([
      { accepted: true },
    ]);
    expect(sent()).toMatchObject([{ InvocationType: 'Event' }]);
  });
});

describe('aws.secretsManager', () => {
  it.each([
    ['{"key":"v"}', true, { key: 'v' }],
    ['{"key":"v"}', false, '{"key":"v"}'],
    ['plain', true, 'plain'],
  ])('reads %s (parsed: %s)', async (SecretString, parse, expected) => {
    secrets.on(GetSecretValueCommand).resolves({ SecretString });
    const { outputs } = await run('aws.secretsManager', { secretId: 's', parse });
    expect(outputs.main).toEqual([{ id: 7, secret: expected }]);
    expect(sent()).toEqual([{ SecretId: 's', VersionStage: 'AWSCURRENT' }]);
  });
});

describe('aws.call', () => {
  const call = (parameters: JsonObject, status = 200, text = '{"ok":true}') =>
    run('aws.call', parameters, { answer: () => answering(status, text) });

  it('signs a call by action and sends it through the egress client', async () => {
    const { outputs, requests } = await call({
      service: 'states',
      action: 'ListStateMachines',
      input: { maxResults: 1 },
      region: 'eu-central-1',
    });
    expect(outputs.main).toEqual([{ ok: true }]);
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://states.eu-central-1.amazonaws.com/',
        body: '{"maxResults":1}',
        headers: {
          'x-amz-target': 'AWSStepFunctions.ListStateMachines',
          'x-amz-date': '20260105T000000Z',
          authorization: expect.stringContaining(
            'Credential=AKIAIOSFODNN7EXAMPLE/20260105/eu-central-1/states/aws4_request',
          ),
        },
        secretHeaders: ['authorization', 'x-amz-security-token'],
      },
    ]);
  });

  it('writes nested input as the query protocol has it, and reads XML', async () => {
    const parameters = {
      service: 'ec2',
      action: 'DescribeInstances',
      input: { Filter: [{ Name: 'tag:a', Value: ['b', 'c'] }] },
    };
    const { outputs, requests } = await call(parameters, 200, '<Answer><n>1</n></Answer>');
    expect(requests[0]?.body).toBe(
      'Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=tag%3Aa&Filter.1.Value.1=b&Filter.1.Value.2=c',
    );
    expect(outputs.main).toEqual([{ Answer: { n: 1 } }]);
  });

  it('calls other services by method and path', async () => {
    const { requests } = await call({
      service: 'lambda',
      method: 'GET',
      path: '/2015-03-31/functions',
      input: { MaxItems: 2 },
    });
    expect(requests[0]).toMatchObject({
      method: 'GET',
      url: 'https://lambda.us-east-1.amazonaws.com/2015-03-31/functions?MaxItems=2',
    });
  });

  it.each([
    ['email', 'email.us-east-1.amazonaws.com', 'us-east-1/ses'],
    ['bedrock-runtime', 'bedrock-runtime.us-east-1.amazonaws.com', 'us-east-1/bedrock'],
    ['route53', 'route53.amazonaws.com', 'us-east-1/route53'],
    ['lambda', 'lambda.us-east-1.amazonaws.com', 'us-east-1/lambda'],
  ])('finds %s at %s and signs for %s', async (service, host, scope) => {
    const { requests } = await call({ service, method: 'GET', path: '/x' });
    expect(requests[0]?.url).toBe(`https://${host}/x`);
    expect(requests[0]?.headers.authorization).toContain(`/${scope}/aws4_request`);
  });

  it.each<[JsonObject, number, string, string]>([
    [{ service: 'states', action: 'X' }, 400, '{"__type":"AccessDeniedException"}', 'aws.accessDenied'],
    [{ service: 'states', action: 'X' }, 500, 'oops', 'aws.failed'],
    [{ service: 'lambda', action: 'Invoke' }, 200, '{}', 'aws.call'],
  ])('%j answered with %i fails', async (parameters, status, text, code) => {
    expect((await call(parameters, status, text)).error?.code).toBe(code);
  });
});

describe('every AWS node', () => {
  it('tells a refusal from a failure, and whether another attempt may help', async () => {
    const parameters = { bucket: 'b', key: 'k' };
    s3.on(GetObjectCommand).rejects(awsError('AccessDenied', 403));
    expect((await run('aws.s3', parameters)).error).toMatchObject({
      code: 'aws.accessDenied',
      retryable: false,
      details: { error: 'AccessDenied', status: 403 },
    });
    s3.on(GetObjectCommand).rejects(awsError('SlowDown', 503));
    expect((await run('aws.s3', parameters)).error).toMatchObject({ code: 'aws.failed', retryable: true });
  });

  it('does not act without an identity of its own', async () => {
    const { error } = await runNode({
      type: 'aws.sqs',
      parameters: { queueUrl: 'q', region: 'eu-west-1' },
      aws: services('user_1'),
    });
    expect(error?.code).toBe('aws.noIdentity');
    expect(sent()).toEqual([]);
  });

  it.each([
    ['aws.s3', {}, ['/bucket', '/key']],
    ['aws.dynamodb', { operation: 'update' }, ['/table', '/key', '/update']],
    ['aws.sqs', {}, ['/queueUrl']],
    ['aws.sns', {}, ['/topicArn']],
    ['aws.eventbridge', {}, ['/source', '/detailType']],
    ['aws.lambda', {}, ['/functionName']],
    ['aws.secretsManager', {}, ['/secretId']],
    ['aws.call', {}, ['/service', '/action']],
  ])('%s asks for what it needs', (type, parameters, pointers) => {
    expect(checkNode(type, parameters).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});
