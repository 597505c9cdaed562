import { expect, it, onTestFinished } from 'vitest';
import { chain, manual, set } from '../functions/definitions.ts';
import { completion, startFakeOpenAi } from '../shared/ai/fake-servers.ts';
import { signIn } from './api-client.ts';
import { aDataFolder, anInstance, killInstance } from './instance.ts';

const PROPOSAL = {
  name: 'Greeter',
  explanation: 'Greets.',
  definition: chain(manual, set({ greeting: 'Hello' })),
  needs: [],
};

it('a suggestion that was under way when Stepwell was killed is finished after the next start', {
  timeout: 60_000,
}, async () => {
  const model = await startFakeOpenAi();
  onTestFinished(() => model.stop());
  const asked = Promise.withResolvers<void>();
  model.answer(() => {
    asked.resolve();
    return null;
  });
  const folder = aDataFolder();
  const allowed = { STEPWELL_ALLOW_HOSTS: new URL(model.url).host };
  const first = await anInstance(folder, allowed);
  const { call } = await signIn(first);
  await call('POST', '/ai-models', {
    name: 'Slow',
    provider: 'openai-compatible',
    modelId: 'slow',
    type: 'llm',
    configuration: { baseUrl: `${model.url}/v1` },
  });
  const { status, body } = await call('POST', '/ai/suggestions', { prompt: 'Greet whoever starts it' });
  expect(status).toBe(202);
  await asked.promise;
  await killInstance(first);

  const input = JSON.stringify(PROPOSAL);
  model.answer(() =>
    completion({
      tool_calls: [{ id: 'use', type: 'function', function: { name: 'propose_workflow', arguments: input } }],
    }),
  );
  const { call: again } = await signIn(await anInstance(folder, allowed));
  expect((await again('GET', `/ai/suggestions/${body.id}?wait=20`)).body).toMatchObject({
    status: 'ready',
    source: 'model',
    isValid: true,
    name: 'Greeter',
  });
});
