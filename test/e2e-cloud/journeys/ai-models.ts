import type { JsonObject } from '../../../engine/item.ts';
import type { Reply } from '../../shared/ai/exchange.ts';
import { converse, type FakeServer } from '../../shared/ai/fake-servers.ts';
import { type Cloud, MANUAL } from '../cloud.ts';
import { eventually, insist } from '../report.ts';

/** The one the stacks allow, in their setting `bedrockModels`. */
export const MODEL_ID = 'example.model-v1:0';

const uses = (name: string, input: JsonObject): Reply =>
  converse([{ toolUse: { toolUseId: `use-of-${name}`, name, input } }], 'tool_use');

const workflow = (type: string): JsonObject => ({
  name: 'Greeter',
  explanation: 'Greets whoever starts it.',
  definition: {
    nodes: [
      { id: 'start', name: 'Start', type: 'trigger.manual' },
      { id: 'greet', name: 'Greet', type, parameters: { fields: [{ name: 'greeting', value: 'Hello' }] } },
    ],
    edges: [{ source: 'start', target: 'greet' }],
  },
  needs: [],
});

/** Answers in their order; more questions than that are refused as by a server that is too busy. */
const answerInTurn = (bedrock: FakeServer, ...replies: readonly Reply[]): (() => number) => {
  let asked = 0;
  const busy: Reply = {
    status: 429,
    headers: { 'x-amzn-errortype': 'ThrottlingException' },
    body: { message: 'Too many requests' },
  };
  bedrock.answer(({ path }) => {
    if (decodeURIComponent(path) !== `/model/${MODEL_ID}/converse`)
      return {
        status: 404,
        headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
        body: { message: path },
      };
    const reply = replies[asked];
    asked += 1;
    return reply ?? busy;
  });
  return () => asked;
};

/** Models of Bedrock, as the functions call them in their own role; the other end is ours. */
export const aiModels = async (cloud: Cloud, bedrock: FakeServer): Promise<void> => {
  const { report, ask, call } = cloud;
  const model = await report.check('a model of Bedrock is added, and answers when it is tried', async () => {
    answerInTurn(bedrock, converse([{ text: 'ready' }]));
    const configuration = { inputPricePerMillion: 1, outputPricePerMillion: 5 };
    const columns = { name: 'Example', provider: 'bedrock', modelId: MODEL_ID, type: 'llm', configuration };
    const row = await ask(201, 'POST', '/ai-models', columns);
    const tried = await ask(200, 'POST', `/ai-models/${row.id}/test`, {});
    insist(tried.ok, JSON.stringify(tried));
    return row;
  });
  if (!model) return;
  await report.check('a workflow is suggested, mended once, applied, published and run', async () => {
    const asked = answerInTurn(
      bedrock,
      uses('propose_workflow', workflow('no.such')),
      uses('propose_workflow', workflow('data.set')),
    );
    const made = await call('POST', '/ai/suggestions?wait=5', {
      body: { prompt: 'Greet whoever starts it' },
    });
    insist(made.status < 300, `answered ${made.status} ${JSON.stringify(made.body).slice(0, 600)}`);
    const suggestion = await eventually(async () => {
      const found = await ask(200, 'GET', `/ai/suggestions/${made.body.id}`);
      return found.status === 'pending' ? null : found;
    });
    insist(suggestion.source === 'model' && suggestion.isValid, JSON.stringify(suggestion).slice(0, 800));
    insist(asked() === 2, `the model was asked ${asked()} times`);
    insist(suggestion.costUsd > 0, `it cost ${suggestion.costUsd}`);
    const path = `/ai/suggestions/${suggestion.id}/apply`;
    const { workflowId } = await ask(201, 'POST', path, {});
    await ask(409, 'POST', path, {});
    await ask(200, 'POST', `/workflows/${workflowId}/publish`, {});
    const { output } = await cloud.ended(await cloud.run({ id: workflowId, hooks: [] }));
    insist(output[0]?.json.greeting === 'Hello', JSON.stringify(output));
  });
  await report.check('an agent uses a node as its tool and answers; its tokens are counted', async () => {
    answerInTurn(bedrock, uses('look', { id: '7' }), converse([{ text: 'It is on its way.' }]));
    const agent = {
      id: 'agent',
      type: 'ai.agent',
      parameters: {
        model: model.id,
        prompt: '{{ $json.question }}',
        returnSteps: true,
        tools: [
          {
            kind: 'node',
            name: 'look',
            description: 'Looks up an order.',
            input: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
            type: 'data.set',
            parameters: {
              keep: 'none',
              fields: [{ name: 'state', value: 'order {{ $parameters.id }} is sent' }],
            },
          },
        ],
      },
    };
    const published = await cloud.publish('Agent', { nodes: [MANUAL, agent], edges: ['start>agent'] });
    const id = await cloud.run(published, { question: 'Where is order 7?' });
    const { output } = await cloud.ended(id);
    insist(output[0]?.json.answer === 'It is on its way.', JSON.stringify(output));
    insist(
      JSON.stringify(bedrock.asked.at(-1)).includes('order 7 is sent'),
      'the model was not told the result',
    );
    const { data } = await ask(200, 'GET', `/executions/${id}/logs`);
    const { usage } = data.find(({ nodeId }: { nodeId: string }) => nodeId === 'agent');
    insist(usage.inputTokens === 200 && usage.costUsd > 0, JSON.stringify(usage));
  });
  await report.check('a failure is explained by the model', async () => {
    const stop = { id: 'stop', type: 'flow.stop', parameters: { message: 'There is no stock.' } };
    const published = await cloud.publish('Failing', { nodes: [MANUAL, stop], edges: ['start>stop'] });
    const executionId = await cloud.run(published);
    await cloud.ended(executionId, 'failed');
    answerInTurn(bedrock, uses('explain', { cause: 'No stock.', proposal: 'Order some.' }));
    const told = await ask(200, 'POST', '/ai/explain', { executionId });
    insist(told.source === 'model' && told.cause === 'No stock.', JSON.stringify(told));
  });
};
