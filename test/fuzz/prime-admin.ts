import { chain, manual } from '../functions/definitions.ts';
import type { Outside } from './outside.ts';
import { callerOf, type Primed } from './prime.ts';

const node = {
  type: 'custom.fuzz.forecast',
  name: 'Forecast',
  parameters: { type: 'object', properties: { city: { type: 'string', title: 'City' } } },
  request: { url: 'https://a.invalid/{{ $parameters.city }}' },
};

/** One of everything admins have. */
export const primeAsAdmin = async (
  base: string,
  headers: Readonly<Record<string, string>>,
  outside: Outside,
): Promise<Primed> => {
  const { texts, make } = callerOf(base, headers);
  const model = {
    name: `Outside ${performance.now()}`,
    provider: 'openai-compatible',
    modelId: 'none',
    type: 'llm',
    isActive: false,
    configuration: { baseUrl: `${outside.origin}/v1` },
  };
  const { id: modelId } = await make('/ai-models', model);
  await make('/nodes', node);
  const { id: workflowId } = await make('/workflows', { name: 'Model', definition: chain(manual) });
  const { id: templateId } = await make('/templates', { workflowId, name: 'Fuzzed' });
  const name = `fuzz-${performance.now()}`;
  const account = { username: name, email: `${name}@example.com`, password: 'long enough' };
  const { id: userId } = await make('/users', account);
  return {
    texts,
    samples: [
      { operation: 'createNode', body: node },
      {
        operation: 'importNodes',
        body: {
          prefix: 'fuzz',
          document: {
            openapi: '3.1.0',
            servers: [{ url: 'https://a.invalid' }],
            paths: { '/orders': { get: { operationId: 'listOrders', responses: {} } } },
          },
        },
      },
      { operation: 'createAiModel', body: { ...model, name: `${model.name} again` } },
      { operation: 'updateAiModel', path: { modelId }, body: { isActive: false } },
      { operation: 'testAiModel', path: { modelId } },
      { operation: 'getTemplate', path: { templateId } },
      { operation: 'updateTemplate', path: { templateId }, body: { name: 'Renamed' } },
      { operation: 'instantiateTemplate', path: { templateId }, body: {} },
      { operation: 'updateUser', path: { userId }, body: { firstName: 'Zoë' } },
      { operation: 'deleteUser', path: { userId }, query: { removeAll: 'true' } },
    ],
  };
};
