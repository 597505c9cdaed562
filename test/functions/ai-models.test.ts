import { beforeAll, describe, expect, it } from 'vitest';
import { NodeError } from '../../engine/errors.ts';
import { aiModelHandlers } from '../../functions/ai-models/handlers.ts';
import type { AiProvider } from '../../shared/ai/provider.ts';
import { sealCredential } from '../../shared/credentials/credential-data.ts';
import { newId } from '../../shared/ids.ts';
import type { Platform } from '../../shared/platform.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf, testPlatform } from '../http/test-platform.ts';

let platform: Platform;
let call: ReturnType<typeof aClient>;
let [admin, user]: Account[] = [];

const provider: AiProvider = {
  chat: async ({ modelId, credential }) => {
    if (modelId === 'broken') throw new NodeError('ai.denied', 'no access');
    const usage = { inputTokens: 5, outputTokens: 1, cachedTokens: 0, costUsd: null };
    return {
      parts: [{ kind: 'text', text: `ready ${credential?.data.token ?? ''}`.trim() }],
      stop: 'end',
      usage,
    };
  },
};

beforeAll(async () => {
  const base = await testPlatform();
  const providers = { 'openai-compatible': async () => provider, bedrock: async () => ({}) };
  platform = { ...base, services: { ...base.services, providers } };
  call = aClient(aiModelHandlers, platform);
  [admin, user] = [await accountOf(platform, 'admin'), await accountOf(platform, 'user')];
});

const as = (account: Account | undefined, method: string, path = '', body?: unknown, ifMatch?: string) =>
  call({
    method,
    path: `/api/v1/ai-models${path}`,
    token: account?.token ?? '',
    ...(body === undefined ? {} : { body }),
    ...(ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } }),
  });

const LLAMA = {
  name: 'Llama',
  provider: 'openai-compatible',
  modelId: 'llama',
  type: 'llm',
  configuration: { baseUrl: 'http://127.0.0.1:11434/v1', inputPricePerMillion: 1 },
};

describe('AI models', () => {
  it('are added, changed and deleted by admins', async () => {
    const made = await as(admin, 'POST', '', LLAMA);
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Llama', isActive: true, configuration: { maxOutputTokens: 4_096 } },
    });
    const path = `/${made.body.id}`;
    expect((await as(admin, 'PATCH', path, { isActive: false })).body).toMatchObject({
      isActive: false,
      configuration: { inputPricePerMillion: 1 },
    });
    expect((await as(admin, 'DELETE', path, undefined, '"1"')).status).toBe(412);
    expect((await as(admin, 'DELETE', path, undefined, '"2"')).status).toBe(204);
    expect((await as(admin, 'GET', path)).status).toBe(404);
    expect((await as(admin, 'DELETE', path)).status).toBe(404);
  });

  it('are seen by everybody, without where and as whom they are called', async () => {
    const { body } = await as(admin, 'POST', '', LLAMA);
    expect((await as(user, 'GET', `/${body.id}`)).body).toMatchObject({ name: 'Llama', configuration: null });
    const list = await call({
      path: '/api/v1/ai-models',
      query: 'provider=openai-compatible&isActive=true',
      token: user?.token ?? '',
    });
    expect(list.body.data).toMatchObject([{ id: body.id, configuration: null }]);
  });

  it.each([
    [{ configuration: {} }, '/configuration/baseUrl'],
    [
      { configuration: { ...LLAMA.configuration, credentialId: newId('cred') } },
      '/configuration/credentialId',
    ],
    [{ provider: 'other' }, '/provider'],
    [{ configuration: { ...LLAMA.configuration, extra: 1 } }, '/configuration/extra'],
  ])('are refused with %j', async (overrides, pointer) => {
    const { status, body } = await as(admin, 'POST', '', { ...LLAMA, ...overrides });
    expect(status).toBe(400);
    expect(body.errors.map((each: { pointer: string }) => each.pointer)).toEqual([pointer]);
  });

  it('are tried as their admin, and say what goes wrong', async () => {
    const owned = { id: newId('cred'), createdBy: admin?.id ?? '' };
    const data = await sealCredential(platform.vault, owned, { token: 'sk' });
    await platform.stores.credentials.create(
      { name: 'K', type: 'bearer', allowedHosts: ['a.example'], data, createdBy: owned.createdBy },
      owned.id,
    );
    const configuration = { ...LLAMA.configuration, credentialId: owned.id };
    const { body: model } = await as(admin, 'POST', '', { ...LLAMA, configuration });
    expect((await as(admin, 'POST', `/${model.id}/test`)).body).toMatchObject({
      ok: true,
      message: 'ready sk',
      usage: { inputTokens: 5 },
    });
    const { body: broken } = await as(admin, 'POST', '', { ...LLAMA, modelId: 'broken' });
    expect((await as(admin, 'POST', `/${broken.id}/test`)).body).toMatchObject({
      ok: false,
      message: 'ai.denied: no access',
      usage: null,
    });
  });
});
