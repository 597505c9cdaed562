import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aiHandlers } from '../../functions/ai/handlers.ts';
import { userHandlers } from '../../functions/users/handlers.ts';
import type { Platform } from '../../shared/platform.ts';
import { signIn } from '../e2e/api-client.ts';
import { aDataFolder, anInstance, killInstance } from '../e2e/instance.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf, keyOf, testPlatform } from '../http/test-platform.ts';

const MAIN = resolve(import.meta.dirname, '../../infra/suggestions/export.ts');
let platform: Platform;
let url: string;
let [admin, user]: Account[] = [];

beforeAll(async () => {
  platform = await testPlatform();
  [admin, user] = [await accountOf(platform, 'admin'), await accountOf(platform, 'user')];
  const call = aClient([...aiHandlers, ...userHandlers], platform);
  const server = createServer(async ({ url: asked = '', headers }, outgoing) => {
    const { pathname, search } = new URL(asked, 'http://localhost');
    const key = String(headers['x-api-key'] ?? '');
    const { status, body } = await call({ path: pathname, query: search.slice(1), key });
    outgoing.writeHead(status).end(JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.on('listening', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  afterAll(() => new Promise((closed) => server.close(closed)));
});

const suggested = (account: Account | undefined, prompt: string, feedback: 'positive' | 'negative' | null) =>
  platform.stores.aiSuggestions.create({
    userId: account?.id ?? '',
    prompt,
    suggestion: JSON.stringify({
      status: 'ready',
      source: 'model',
      workflowId: null,
      modelId: null,
      templateId: null,
      costUsd: null,
      name: 'W',
      explanation: '',
      definition: { nodes: [], edges: [] },
      needs: [],
      problems: [{ code: 'trigger.missing', severity: 'error', pointer: '/nodes', message: 'none' }],
      isValid: false,
      alternatives: [],
    }),
    isApplied: false,
    appliedAt: null,
    feedback,
  });
const exported = (env: Record<string, string>) =>
  promisify(execFile)(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH, ...env },
  });

describe('the export of suggestions from a data folder', () => {
  const promptsIn = async (folder: string) => {
    const { stdout } = await exported({ STEPWELL_DATA: folder });
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).prompt);
  };

  it('works beside the instance that runs, after it has stopped, and after it was killed', async () => {
    const folder = aDataFolder();
    const instance = await anInstance(folder);
    const { call: api } = await signIn(instance);
    const { body } = await api('POST', '/ai/suggestions?wait=10', { prompt: 'Post new orders to Slack' });
    await api('PUT', `/ai/suggestions/${body.id}/feedback`, { feedback: 'positive' });
    await api('POST', '/ai/suggestions', { prompt: 'Said nothing about' });
    expect(await promptsIn(folder)).toEqual(['Post new orders to Slack']);
    expect((await api('GET', '/ai/suggestions')).body.data).toHaveLength(2);
    await instance.stop();
    expect(await promptsIn(folder)).toEqual(['Post new orders to Slack']);
    const again = await anInstance(folder);
    await killInstance(again);
    expect(await promptsIn(folder)).toEqual(['Post new orders to Slack']);
  }, 60_000);

  it('says where there is none, and makes none', async () => {
    const folder = aDataFolder();
    await expect(exported({ STEPWELL_DATA: folder })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`There is no data of Stepwell in ${folder}`),
    });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('the export of suggestions', () => {
  it('has a line for each that was rated, of whomever, and for no other', async () => {
    await suggested(admin, 'of the admin', 'positive');
    await suggested(user, 'of the user', 'negative');
    await suggested(user, 'said nothing about', null);
    // More than a page.
    for (let count = 0; count < 101; count += 1) await suggested(user, `number ${count}`, 'positive');
    const key = await keyOf(platform, admin as Account, ['ai:use', 'user:read']);
    const { stdout } = await exported({ STEPWELL_API_URL: url, STEPWELL_API_KEY: key });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(103);
    expect(lines.find(({ prompt }) => prompt === 'of the user')).toEqual({
      prompt: 'of the user',
      definition: { nodes: [], edges: [] },
      feedback: 'negative',
      source: 'model',
      problems: [expect.objectContaining({ code: 'trigger.missing' })],
      isApplied: false,
      createdAt: expect.any(String),
    });
  });

  it('says what is missing, and what was refused', async () => {
    await expect(exported({ STEPWELL_API_URL: url })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('STEPWELL_API_KEY is not.'),
    });
    const key = await keyOf(platform, user as Account, ['ai:use', 'user:read']);
    await expect(exported({ STEPWELL_API_URL: url, STEPWELL_API_KEY: key })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/users?limit=100 was answered 403'),
    });
  });

  it('is for admins: nobody else lists what others were suggested', async () => {
    const call = aClient(aiHandlers, platform);
    const list = (account: Account | undefined, ownerId = '') =>
      call({ path: '/api/v1/ai/suggestions', query: `ownerId=${ownerId}`, token: account?.token ?? '' });
    expect((await list(user, admin?.id)).status).toBe(403);
    expect((await list(user, user?.id)).status).toBe(200);
  });
});
