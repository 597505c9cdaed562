import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedCredential } from '../../../engine/ports.ts';
import { openNodeIdentities, openNodeServices } from '../../../shared/adapters/aws/node-services.ts';
import { awsError } from './aws-error.ts';

const KEYS = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) };
const NOW = Date.UTC(2026, 0, 5);
let now = NOW;
const sts = mockClient(STSClient);
const sqs = mockClient(SQSClient);
beforeEach(() => {
  now = NOW;
  sts.reset();
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({ MessageId: 'm' });
  sts.on(AssumeRoleCommand).callsFake(() => ({
    Credentials: { ...KEYS, Expiration: new Date(now + 3_600_000) },
  }));
});

const options = {
  nodeRole: 'arn:node',
  region: 'eu-west-1',
  now: () => now,
};
const services = openNodeServices({
  ...options,
  identityOf: openNodeIdentities(options),
  isElsewhere: false,
});
const call = (ownerId: string, credential: ResolvedCredential | null = null, service: 'sqs' = 'sqs') =>
  services(ownerId).send({
    credential,
    region: undefined,
    service,
    operation: 'SendMessage',
    input: { QueueUrl: 'q', MessageBody: 'm' },
    signal: new AbortController().signal,
  });
const role = (data: ResolvedCredential['data']): ResolvedCredential => ({
  id: 'cred_1',
  type: 'aws',
  data,
  allowedHosts: [],
});
const assumed = () => sts.calls().map((each) => each.args[0].input as unknown as Record<string, unknown>);

describe('who a node is to AWS', () => {
  it('is the role for nodes, narrowed to the service it calls, and the session is used again until it nears its end', async () => {
    await call('user_1');
    await call('user_2');
    now += 54 * 60_000;
    await call('user_1');
    expect(assumed()).toHaveLength(1);
    expect(assumed()[0]).toEqual({
      RoleArn: 'arn:node',
      RoleSessionName: 'stepwell',
      DurationSeconds: 3_600,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
          {
            Effect: 'Allow',
            Action: [
              'kms:Decrypt',
              'kms:Encrypt',
              'kms:GenerateDataKey*',
              'kms:ReEncrypt*',
              'kms:DescribeKey',
            ],
            Resource: '*',
            Condition: { StringLike: { 'kms:ViaService': 'sqs.*' } },
          },
        ],
      }),
    });
    now += 2 * 60_000;
    await call('user_1');
    expect(assumed()).toHaveLength(2);
  });

  it('is the role of its credential, with the owner as external id, for each owner anew', async () => {
    const credential = role({ region: 'eu-central-1', roleArn: 'arn:theirs' });
    await call('user_a', credential);
    await call('user_a', credential);
    await call('user_b', credential);
    expect(assumed()).toMatchObject([
      { RoleArn: 'arn:theirs', ExternalId: 'user_a' },
      { RoleArn: 'arn:theirs', ExternalId: 'user_b' },
    ]);
    expect(assumed()[0]).not.toHaveProperty('Policy');
  });

  it('may do what IAM calls by another name than the signature', async () => {
    const request = {
      method: 'POST',
      url: 'https://monitoring.eu-west-1.amazonaws.com/',
      headers: {},
      maxRedirects: 0,
      timeoutMilliseconds: 1_000,
      maxResponseBytes: 1_000,
      signal: new AbortController().signal,
    };
    const asked = { credential: null, region: undefined, request };
    const signed = await services('user_1').sign({
      ...asked,
      service: 'monitoring',
      actions: 'cloudwatch',
    });
    expect(signed.headers.authorization).toContain('/eu-west-1/monitoring/aws4_request');
    expect(assumed()[0]?.Policy).toContain('"cloudwatch:*"');
  });

  it('is nobody without role and credential, and that is said before a region is asked for', async () => {
    const nowhere = { nodeRole: null, region: null, now: () => now };
    const local = openNodeServices({
      ...nowhere,
      identityOf: openNodeIdentities(nowhere),
      isElsewhere: true,
    });
    const sending = local('user_1').send({
      credential: null,
      region: undefined,
      service: 'sqs',
      operation: 'SendMessage',
      input: {},
      signal: new AbortController().signal,
    });
    await expect(sending).rejects.toMatchObject({ code: 'aws.noIdentity' });
  });

  it('is whoever has the keys of its credential', async () => {
    await call('user_1', role({ region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'k' }));
    expect(assumed()).toEqual([]);
    const client = sqs.calls()[0]?.thisValue as unknown as SQSClient;
    expect(await client.config.credentials()).toMatchObject({ accessKeyId: 'AKIA', secretAccessKey: 'k' });
    expect(await client.config.region()).toBe('eu-central-1');
  });

  it('is nobody when the role may not be taken on, and asks again the next time', async () => {
    sts.on(AssumeRoleCommand).rejects(awsError('AccessDenied', 403));
    const credential = role({ region: 'eu-central-1', roleArn: 'arn:other' });
    await expect(call('user_1', credential)).rejects.toMatchObject({ code: 'aws.accessDenied' });
    expect(sqs.calls()).toEqual([]);
    sts.on(AssumeRoleCommand).resolves({ Credentials: KEYS });
    await call('user_1', credential);
    expect(sqs.calls()).toHaveLength(1);
  });
});
