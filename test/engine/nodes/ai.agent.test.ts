import { describe, expect, it } from 'vitest';
import { NodeError } from '../../../engine/errors.ts';
import { foldLog } from '../../../engine/interpreter/log.ts';
import type { JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, items, makeWorld, respond, START } from '../engine-world.ts';
import { fakeAi, type Script, says, uses } from './fake-ai.ts';
import { checkNode } from './run-node.ts';

const readOrder: JsonObject = {
  kind: 'node',
  name: 'readOrder',
  description: 'Reads an order.',
  input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
  type: 'http.request',
  parameters: { url: 'https://shop.test/{{ $parameters.id }}', headers: { 'x-fixed': '{{ $json.tenant }}' } },
};
const refund: JsonObject = {
  ...readOrder,
  name: 'refund',
  description: 'Pays back.',
  parameters: { method: 'POST', url: 'https://shop.test/refunds/{{ $parameters.id }}' },
  needsApproval: true,
};

const anAgent = (
  parameters: JsonObject,
  script: readonly Script[],
  given: readonly JsonObject[] = [{ question: 'Where is 7?', tenant: 't' }],
) => {
  const { ai, asked } = fakeAi(...script);
  const requests: string[] = [];
  const world = makeWorld({
    registry: nodeTypes,
    ai,
    patience: 500,
    answer: ({ method, url, headers }) => {
      requests.push(`${method} ${url} ${headers['x-fixed'] ?? ''}`.trim());
      return respond(200, { state: 'sent' }, { 'content-type': 'application/json' });
    },
  });
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      agent: {
        type: 'ai.agent',
        parameters: { model: 'aim_1', prompt: '{{ $json.question }}', ...parameters } as never,
      },
    },
    ['start -> agent'],
  );
  const trigger = { nodeId: 'start', items: items(...given) };
  return { world, definition, asked, requests, run: () => world.runToEnd(definition, { trigger }) };
};

describe('an agent', () => {
  it('uses tools with fixed and filled-in parameters, and answers', async () => {
    const agent = anAgent({ tools: [readOrder], returnSteps: true, instructions: 'Help.' }, [
      uses(['readOrder', { id: '7' }]),
      says('On its way.'),
    ]);
    const { output } = await agent.run();
    expect(output).toEqual([
      {
        question: 'Where is 7?',
        tenant: 't',
        answer: 'On its way.',
        steps: [{ tool: 'readOrder', input: { id: '7' }, result: { state: 'sent' }, isError: false }],
      },
    ]);
    expect(agent.requests).toEqual(['GET https://shop.test/7 t']);
    expect(agent.asked[0]).toMatchObject({ system: 'Help.', tools: [{ name: 'readOrder' }], isCached: true });
    expect(agent.asked[1]?.messages.at(-1)).toEqual({
      role: 'user',
      parts: [{ kind: 'toolResult', id: 'use-0', content: { state: 'sent' }, isError: false }],
    });
  });

  it.each([
    ['a tool there is not', uses(['fly', {}]), 'There is no tool \\"fly\\".'],
    ['input that does not fit', uses(['readOrder', { id: 7 }]), '/id: must be a text; 7 came'],
  ])('is told of %s', async (_what, wrong, message) => {
    const agent = anAgent({ tools: [readOrder] }, [wrong, says('sorry')]);
    expect((await agent.run()).output).toMatchObject([{ answer: 'sorry' }]);
    expect(JSON.stringify(agent.asked[1]?.messages)).toContain(message);
    expect(agent.requests).toEqual([]);
  });

  it('answers for each item by itself', async () => {
    const agent = anAgent({}, [says('one'), says('two')], [{ question: 'a' }, { question: 'b' }]);
    expect((await agent.run()).output).toEqual([
      { question: 'a', answer: 'one' },
      { question: 'b', answer: 'two' },
    ]);
    expect(agent.asked[1]?.messages).toEqual([{ role: 'user', parts: [{ kind: 'text', text: 'b' }] }]);
  });

  it('gives its answer in the form of a schema', async () => {
    const schema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
    const agent = anAgent({ schema }, [uses(['answer', { n: 'x' }]), uses(['answer', { n: 3 }])]);
    expect((await agent.run()).output).toMatchObject([{ answer: { n: 3 } }]);
    expect(JSON.stringify(agent.asked[1]?.messages)).toContain('Not accepted: /n');
  });

  it.each<[JsonObject, string]>([
    [{ maxIterations: 3 }, 'ai.iterations'],
    [{ maxTotalTokens: 20 }, 'ai.tokens'],
  ])('that goes beyond %j ends in an error', async (limit, code) => {
    const agent = anAgent({ tools: [readOrder], ...limit }, [uses(['readOrder', { id: '7' }])]);
    expect((await agent.run()).error?.code).toBe(code);
  });

  it('hands the model what is left of its budget', async () => {
    const agent = anAgent({ tools: [readOrder], maxCostUsd: 0.5 }, [
      uses(['readOrder', { id: '7' }]),
      says('done'),
    ]);
    await agent.run();
    expect(agent.asked.map(({ purse }) => purse?.left)).toEqual([0.5, 0.499]);
  });

  it('tells what its turns have cost together', async () => {
    const agent = anAgent({ tools: [readOrder] }, [uses(['readOrder', { id: '7' }]), says('done')]);
    await agent.run();
    const spent = agent.world
      .events()
      .flatMap((event) => ('usage' in event && event.usage ? [event.usage.costUsd] : []));
    expect(spent).toEqual([0.001, 0.001]);
    const row = foldLog(null, agent.world.events()).find(({ nodeId }) => nodeId === 'agent');
    expect(row).toMatchObject({
      startedAt: START,
      usage: { inputTokens: 20, outputTokens: 10, costUsd: 0.002 },
    });
  });

  it('waits for a person before a tool that needs one, and acts when allowed', async () => {
    const agent = anAgent({ tools: [refund] }, [uses(['refund', { id: '7' }]), says('done')]);
    agent.world.inbox.push({ kind: 'callback', waitId: 'agent.1', at: START, data: { choice: 'approve' } });
    expect((await agent.run()).output).toMatchObject([{ answer: 'done' }]);
    expect(agent.requests).toEqual(['POST https://shop.test/refunds/7']);
    const asked = agent.world
      .events()
      .find((event) => event.type === 'nodeWaiting' && event.wait.kind === 'approval');
    expect(asked).toMatchObject({
      wait: { form: { title: 'May the agent use "refund"?', message: '{\n  "id": "7"\n}' } },
    });
  });

  it('does not act when a person says no, and tells the model', async () => {
    const agent = anAgent({ tools: [refund] }, [uses(['refund', { id: '7' }]), says('not done')]);
    agent.world.inbox.push({ kind: 'callback', waitId: 'agent.1', at: START, data: { choice: 'reject' } });
    expect((await agent.run()).output).toMatchObject([{ answer: 'not done' }]);
    expect(agent.requests).toEqual([]);
    expect(JSON.stringify(agent.asked[1]?.messages)).toContain('did not allow this');
  });

  it('remembers answers in a form, too', async () => {
    const memory = { table: 'chats', key: 'k' };
    const schema = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] };
    const agent = anAgent(
      { memory, schema },
      [uses(['answer', { total: 7 }])],
      [{ question: 'How much?' }, { question: 'Again?' }],
    );
    await agent.run();
    expect(agent.asked[1]?.messages.map(({ role, parts }) => [role, parts[0]])).toMatchObject([
      ['user', { text: 'How much?' }],
      ['assistant', { text: '{"total":7}' }],
      ['user', { text: 'Again?' }],
    ]);
  });

  it('remembers a conversation by its key', async () => {
    const memory = { table: 'chats', key: '{{ $json.who }}', window: 4 };
    const agent = anAgent(
      { memory },
      [says('Hello Zoë'), says('You are Zoë')],
      [
        { question: 'I am Zoë', who: 'z' },
        { question: 'Who am I?', who: 'z' },
      ],
    );
    await agent.run();
    expect(agent.asked[1]?.messages.map(({ parts }) => parts[0])).toMatchObject([
      { text: 'I am Zoë' },
      { text: 'Hello Zoë' },
      { text: 'Who am I?' },
    ]);
  });

  it('after a crash asks the model nothing again that was answered, and repeats a tool under its key only', async () => {
    const script = () => [uses(['refund', { id: '7' }]), says('done')];
    const tools = [{ ...refund, needsApproval: false }];
    const whole = anAgent({ tools }, script());
    const { output } = await whole.run();
    const calls = whole.world.outsideCalls;
    for (let call = 1; call <= calls; call += 1) {
      const agent = anAgent({ tools }, script());
      agent.world.crashAt = { call, when: 'after' };
      await agent.run();
      expect((await agent.run()).output).toEqual(output);
      expect(new Set(agent.world.calls.map(({ key }) => key)).size).toBe(1);
    }
  });

  it('fails where the model cannot be asked', async () => {
    const agent = anAgent({}, [new NodeError('ai.denied', 'no')]);
    expect((await agent.run()).error?.code).toBe('ai.denied');
  });
});

describe('tools of an agent', () => {
  it.each<[JsonObject, string]>([
    [{ type: 'flow.wait' }, '/tools/0/type'],
    [{ type: 'trigger.manual' }, '/tools/0/type'],
    [{ type: 'ai.agent' }, '/tools/0/type'],
    [{ type: 'no.such' }, '/tools/0/type'],
    [{ input: { type: 'object', properties: { a: { $ref: '#/x' } } } }, '/tools/0/input/properties/a/$ref'],
  ])('%j is refused', (overrides, pointer) => {
    const problems = checkNode('ai.agent', {
      model: 'm',
      prompt: 'p',
      tools: [{ ...readOrder, ...overrides }],
    });
    expect(problems.map((each) => each.pointer)).toEqual([pointer]);
  });

  it('have names of their own', () => {
    expect(checkNode('ai.agent', { model: 'm', prompt: 'p', tools: [readOrder, readOrder] })).toEqual([
      { pointer: '/tools/1/name', message: 'is the name of another tool, too' },
    ]);
  });

  it('keeps the name by which an answer with a schema is given', () => {
    const tools = [{ ...readOrder, name: 'answer' }];
    const schema = { type: 'object', properties: {} };
    expect(checkNode('ai.agent', { model: 'm', prompt: 'p', tools })).toEqual([]);
    expect(checkNode('ai.agent', { model: 'm', prompt: 'p', tools, schema })).toEqual([
      { pointer: '/tools/0/name', message: 'is how the model gives an answer that has a schema' },
    ]);
  });
});
