import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customResource } from '../../functions/deployment/custom-resource.ts';
import { prepare } from '../../functions/deployment/prepare.ts';
import { matchesHash } from '../../shared/auth/secret.ts';
import { type TestStores, testStores } from '../store/test-database.ts';

describe('preparing a deployment', () => {
  let world: TestStores;
  beforeAll(async () => {
    world = await testStores();
  });
  afterAll(() => world.stop());

  it('tells the set-up token once and keeps its hash', async () => {
    const { setupToken } = await prepare(world.stores);

    const kept = await world.stores.settings.deployment();
    expect(matchesHash(setupToken, kept?.setupTokenHash ?? '')).toBe(true);
    expect(JSON.stringify(kept)).not.toContain(setupToken);
  });

  it('again makes a new token and leaves the key of cursors', async () => {
    const before = await world.stores.settings.deployment();
    const { setupToken } = await prepare(world.stores);

    const after = await world.stores.settings.deployment();
    expect(matchesHash(setupToken, after?.setupTokenHash ?? '')).toBe(true);
    expect(after?.cursorKey).toEqual(before?.cursorKey);
  });

  it('changes nothing once the first admin has been made', async () => {
    await world.stores.settings.claimSetup();
    const before = await world.stores.settings.deployment();

    expect(await prepare(world.stores)).toEqual({
      setupToken: 'none needed: the first admin has been made',
    });
    expect(await world.stores.settings.deployment()).toEqual(before);
  });
});

describe('a resource of ours', () => {
  let answers: { method: string | undefined; body: Record<string, unknown> }[];
  let server: Server;
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      answers.push({ method: request.method, body: JSON.parse(Buffer.concat(chunks).toString()) });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  const event = (RequestType: 'Create' | 'Update' | 'Delete') =>
    ({
      RequestType,
      ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Prepared',
    }) as unknown as CloudFormationCustomResourceEvent;
  const call = async (type: 'Create' | 'Update' | 'Delete', make: () => Promise<Record<string, string>>) => {
    answers = [];
    await customResource(make)(event(type));
    return answers;
  };

  it('answers CloudFormation with what was made', async () => {
    expect(await call('Create', async () => ({ setupToken: 'abc' }))).toEqual([
      {
        method: 'PUT',
        body: {
          Status: 'SUCCESS',
          StackId: 'stack',
          RequestId: 'request',
          LogicalResourceId: 'Prepared',
          PhysicalResourceId: 'Prepared',
          Data: { setupToken: 'abc' },
        },
      },
    ]);
  });

  it('answers a failure with its reason instead of letting CloudFormation wait', async () => {
    const failing = () => Promise.reject(new Error('The table cannot be reached.'));

    expect(await call('Update', failing)).toMatchObject([
      { body: { Status: 'FAILED', Reason: 'The table cannot be reached.' } },
    ]);
  });

  it('makes nothing when it is removed', async () => {
    const never = () => Promise.reject(new Error('must not be called'));

    expect(await call('Delete', never)).toMatchObject([{ body: { Status: 'SUCCESS', Data: {} } }]);
  });
});
