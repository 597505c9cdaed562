import { beforeAll, describe, expect, it } from 'vitest';
import { NodeError } from '../../../engine/errors.ts';
import { aiHandlers } from '../../../functions/ai/handlers.ts';
import { systemClock } from '../../../shared/adapters/system.ts';
import { newId } from '../../../shared/ids.ts';
import { DEFAULT_QUOTAS } from '../../../shared/operations/quotas.ts';
import { says, uses } from '../../engine/nodes/fake-ai.ts';
import { aClient } from '../../http/client.ts';
import { chain, manual, set } from '../definitions.ts';
import { aDesk, BROKEN_PROPOSAL, type Desk, PROPOSAL } from './desk.ts';

const PATH = '/ai/suggestions';
const WAITING = `${PATH}?wait=20`;
const proposes = uses(['propose_workflow', PROPOSAL]);

describe('without a model', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await aDesk();
  });

  it('a suggestion is the template that fits best, and says so', async () => {
    const { status, body } = await desk.owner('POST', WAITING, {
      prompt: 'Post new GitHub issues to a Slack channel',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      status: 'ready',
      source: 'template',
      modelId: null,
      isValid: true,
      isApplied: false,
      costUsd: null,
      explanation: expect.stringContaining('no AI model is configured'),
    });
    expect(body.templateId).toMatch(/github/);
    expect(body.needs).toEqual([
      {
        kind: 'credential',
        nodeId: 'tell',
        what: 'Posts to the channel. A credential of type slack or webhookUrl.',
      },
      { kind: 'value', nodeId: 'tell', what: 'channel: The channel that hears of it.' },
    ]);
    expect(body.alternatives.map(({ templateId }: { templateId: string }) => templateId)).not.toContain(
      body.templateId,
    );
  });

  it('a template that asks a model is valid but for that', async () => {
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Triage support requests with AI' });
    expect(body).toMatchObject({ templateId: 'support-triage', isValid: true });
    expect(body.needs).toContainEqual(expect.objectContaining({ kind: 'value', nodeId: 'sort' }));
  });

  it('words that fit nothing end in an error that says what to do', async () => {
    const { body } = await desk.owner('POST', WAITING, { prompt: 'xyzzy plugh qwfpgj' });
    expect(body).toMatchObject({
      status: 'failed',
      definition: null,
      error: { code: 'ai.noModel', message: expect.stringContaining('add a model') },
    });
  });

  it('a model that is not active, or does not speak, is none', async () => {
    await desk.addModel({ isActive: false });
    await desk.addModel({ type: 'embedding' });
    const { body } = await desk.owner('POST', WAITING, { prompt: 'A daily report by mail' });
    expect(body).toMatchObject({ source: 'template', modelId: null });
  });
});

describe('with a model', () => {
  let desk: Desk;
  let modelId: string;
  beforeAll(async () => {
    desk = await aDesk();
    modelId = (await desk.addModel()).id;
  });

  it('a suggestion is its answer, checked; nothing is saved as a workflow', async () => {
    desk.told(proposes);
    const { status, body } = await desk.owner('POST', WAITING, { prompt: 'Say hello' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      prompt: 'Say hello',
      status: 'ready',
      source: 'model',
      modelId,
      name: 'Greeter',
      explanation: 'Greets.',
      needs: [{ kind: 'value', nodeId: 'set', what: 'The greeting.' }],
      isValid: true,
      costUsd: 0.001,
      error: null,
    });
    expect((await desk.owner('GET', '/workflows')).body.data).toEqual([]);
  });

  it('who does not wait gets it later', async () => {
    const answered = Promise.withResolvers<void>();
    desk.told(proposes);
    const begin = desk.platform.suggester.begin;
    const late = { begin: async (id: string) => void answered.promise.then(() => begin(id)) };
    const call = aClient(aiHandlers, { ...desk.platform, suggester: late });
    const { token } = desk.people.owner;
    const { status, body } = await call({
      method: 'POST',
      path: '/api/v1/ai/suggestions',
      token,
      body: { prompt: 'Say hello' },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: 'pending', definition: null, isValid: null, problems: [] });
    expect((await desk.owner('GET', `${PATH}/${body.id}`)).body.status).toBe('pending');
    expect((await desk.owner('POST', `${PATH}/${body.id}/apply`, {})).body).toMatchObject({
      status: 409,
      detail: expect.stringContaining('pending'),
    });
    answered.resolve();
    expect((await desk.owner('GET', `${PATH}/${body.id}?wait=20`)).body).toMatchObject({
      status: 'ready',
      name: 'Greeter',
    });
  });

  it('the same request under one idempotency key is one suggestion', async () => {
    const asked = desk.told(proposes);
    const ask = () =>
      desk.owner('POST', WAITING, { prompt: 'Say hello twice' }, { 'idempotency-key': 'hello-1' });
    const [first, second] = [await ask(), await ask()];
    expect(second.body.id).toBe(first.body.id);
    expect(asked).toHaveLength(1);
  });

  it('names only AI models there are: others go back, with a list of those', async () => {
    const asking = (model: string) =>
      uses([
        'propose_workflow',
        {
          ...PROPOSAL,
          definition: chain(manual, {
            id: 'ask',
            name: 'Ask',
            type: 'ai.prompt',
            parameters: { model, prompt: 'Hi' },
          } as never) as never,
        },
      ]);
    const asked = desk.told(asking('gpt-4o'), asking(modelId));
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Let an AI model say hi' });
    expect(body).toMatchObject({ status: 'ready', isValid: true, problems: [] });
    expect(asked).toHaveLength(2);
    expect(asked[0]?.system).toContain(`${modelId}: Told, llm`);
    expect(JSON.stringify(asked[1]?.messages.at(-1))).toContain(modelId);
  });

  it('what stays wrong for three rounds is kept, marked, with its problems', async () => {
    const asked = desk.told(uses(['propose_workflow', BROKEN_PROPOSAL]));
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Do the impossible' });
    expect(asked).toHaveLength(3);
    expect(body).toMatchObject({ status: 'ready', isValid: false });
    expect(body.problems).toContainEqual(
      expect.objectContaining({ code: 'node.unknownType', severity: 'error', nodeId: 'a' }),
    );
  });

  it.each([
    ['a refusal', says('No.', 'refused'), 'ai.refused'],
    ['a model that is too busy', new NodeError('ai.throttled', 'busy'), 'ai.throttled'],
    ['talk', says('Well, well.'), 'ai.misfit'],
  ])('%s is a failed suggestion, which cannot be applied', async (_what, script, code) => {
    desk.told(script);
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Say hello' });
    expect(body).toMatchObject({ status: 'failed', error: { code }, definition: null });
    expect((await desk.owner('POST', `${PATH}/${body.id}/apply`, {})).status).toBe(409);
  });

  it('a workflow to change goes along, without a key somebody wrote into it', async () => {
    const asked = desk.told(proposes);
    const key = `ghp_${'k'.repeat(36)}`;
    const definition = chain(manual, set({ token: key, greeting: 'Moin' }));
    const { body: workflow } = await desk.owner('POST', '/workflows', { name: 'Old', definition });
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Say it twice', workflowId: workflow.id });
    expect(body).toMatchObject({ status: 'ready', workflowId: workflow.id });
    const sent = JSON.stringify(asked);
    expect(sent).toContain('Moin');
    expect(sent).not.toContain(key);
  });

  it('a workflow of somebody else is not found, nor is a model that is none', async () => {
    const definition = chain(manual);
    const { body: theirs } = await desk.stranger('POST', '/workflows', { name: 'Theirs', definition });
    const embedding = await desk.addModel({ type: 'embedding' });
    const asking = (more: object) => desk.owner('POST', PATH, { prompt: 'Change it', ...more });
    expect((await asking({ workflowId: theirs.id })).status).toBe(404);
    expect((await asking({ modelId: newId('aim') })).status).toBe(404);
    expect((await asking({ modelId: embedding.id })).status).toBe(404);
  });

  it('the model that is named is asked', async () => {
    desk.told(proposes);
    const other = await desk.addModel({ name: 'Other' });
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Say hello', modelId: other.id });
    expect(body.modelId).toBe(other.id);
  });

  it('models good with tools come before others', async () => {
    desk.told(proposes);
    const agent = await desk.addModel({ type: 'agent' });
    const { body } = await desk.owner('POST', WAITING, { prompt: 'Say hello' });
    expect(body.modelId).toBe(agent.id);
  });

  it('what was asked costs its asker, by the month', async () => {
    desk.told(proposes);
    const { id } = desk.people.stranger;
    const period = new Date(systemClock.now()).toISOString().slice(0, 7);
    await desk.stranger('POST', WAITING, { prompt: 'Say hello' });
    expect(await desk.platform.stores.aiUsage.spent({ kind: 'user', id, period })).toBeCloseTo(0.001);
  });
});

describe('what a user may spend on models', () => {
  it('is limited by the month; templates are free', async () => {
    const desk = await aDesk();
    const { platform, people } = desk;
    const period = new Date(systemClock.now()).toISOString().slice(0, 7);
    const spend = (usd: number) =>
      platform.stores.aiUsage.add(
        { kind: 'user', id: people.owner.id, period },
        { usd, inputTokens: 0, outputTokens: 0 },
      );
    desk.told(proposes);
    await spend(DEFAULT_QUOTAS.aiUsdPerMonth);
    const ask = () => desk.owner('POST', WAITING, { prompt: 'A daily report by mail' });
    expect((await ask()).body).toMatchObject({ source: 'template' });
    await desk.addModel();
    expect(await ask()).toMatchObject({ status: 429, body: { code: 'quota.exceeded' } });
    expect((await desk.stranger('POST', WAITING, { prompt: 'Say hello' })).body.source).toBe('model');
    await desk.admin('PATCH', '/operations/quotas', { aiUsdPerMonth: 21 });
    expect((await ask()).body).toMatchObject({ source: 'model' });
  });
});

describe('suggestions that are there', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await aDesk();
    await desk.addModel();
    desk.told(proposes);
  });
  const ask = async (prompt: string) => (await desk.owner('POST', WAITING, { prompt })).body;

  it('are listed newest first, a page at a time, each to its own', async () => {
    const made = [await ask('The first one'), await ask('The second one'), await ask('The third one')];
    await desk.stranger('POST', WAITING, { prompt: 'Another' });
    const first = (await desk.owner('GET', `${PATH}?limit=2`)).body;
    const second = (await desk.owner('GET', `${PATH}?limit=2&cursor=${first.nextCursor}`)).body;
    expect([...first.data, ...second.data].map(({ id }: { id: string }) => id)).toEqual(
      made.map(({ id }) => id).toReversed(),
    );
    expect(second.nextCursor).toBeNull();
  });

  it('are not found by others, but by an admin', async () => {
    const { id } = await ask('Mine');
    expect((await desk.stranger('GET', `${PATH}/${id}`)).status).toBe(404);
    expect((await desk.stranger('POST', `${PATH}/${id}/apply`, {})).status).toBe(404);
    expect((await desk.stranger('PUT', `${PATH}/${id}/feedback`, { feedback: 'negative' })).status).toBe(404);
    expect((await desk.admin('GET', `${PATH}/${id}`)).body.id).toBe(id);
  });

  it('keep what is said of them, until it is taken back', async () => {
    const { id } = await ask('Rate me');
    const rate = (feedback: unknown) => desk.owner('PUT', `${PATH}/${id}/feedback`, { feedback });
    expect((await rate('positive')).body).toMatchObject({ id, feedback: 'positive' });
    expect((await desk.owner('GET', `${PATH}/${id}`)).body.feedback).toBe('positive');
    expect((await rate(null)).body.feedback).toBeNull();
    expect((await rate('splendid')).status).toBe(400);
  });

  it('that nobody has finished in ten minutes have failed', async () => {
    const asleep = { begin: async () => {} };
    let now = systemClock.now();
    const clock = { ...systemClock, now: () => now };
    const call = aClient(aiHandlers, { ...desk.platform, clock, suggester: asleep });
    const { token } = desk.people.owner;
    const path = '/api/v1/ai/suggestions';
    const { body } = await call({ method: 'POST', path, token, body: { prompt: 'Never' } });
    const read = async () => (await call({ path: `${path}/${body.id}`, token })).body;
    now += 9 * 60_000;
    expect((await read()).status).toBe('pending');
    now += 2 * 60_000;
    expect(await read()).toMatchObject({ status: 'failed', error: { code: 'ai.lost' } });
  });
});
