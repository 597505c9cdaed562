import { json, request } from '../e2e/api-client.ts';
import { chain, manual, set, webhook } from '../functions/definitions.ts';

type Headers = Readonly<Record<string, string>>;
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are looked into
type Body = any;

/** Every id of a resource that a text holds. */
export const idsIn = (text: string): readonly string[] =>
  text.match(/\b(wf|exec|cred|var|usr|key|ses|hook|sch|aim|tpl|sug)_[0-9a-z]{26}\b/g) ?? [];

/** Answers the body, and keeps the ids in it. */
const maker = (base: string, caller: Headers) => {
  const ids: string[] = [];
  const make = async (path: string, body: object): Promise<Body> => {
    const init = json('POST', body);
    const answer = await request(`${base}${path}`, { ...init, headers: { ...init.headers, ...caller } });
    ids.push(...idsIn(JSON.stringify(answer.body ?? null)));
    return answer.body;
  };
  return { ids, make };
};

const schedule = {
  id: 'clock',
  name: 'Clock',
  type: 'trigger.schedule',
  parameters: { cron: '0 9 1 1 *', timezone: 'Europe/Lisbon' },
};

/** One of everything people have; answers the ids. */
export const primeAsUser = async (base: string, caller: Headers): Promise<readonly string[]> => {
  const { ids, make } = maker(base, caller);
  const definition = chain(manual, set({ a: '{{ $json.a }}' }));
  definition.nodes.push(webhook(), schedule);
  const { id: workflowId } = await make('/workflows', { name: 'Fuzzed', definition });
  await make(`/workflows/${workflowId}/publish`, {});
  await make(`/workflows/${workflowId}/run?wait=2`, {});
  await make('/schedules', { workflowId, nodeId: 'clock', cronExpression: '30 2 * * 0' });
  await make('/webhooks', { workflowId, nodeId: 'hook', name: 'Further' });
  await make('/credentials', {
    name: 'A',
    type: 'bearer',
    data: { token: 'x' },
    allowedHosts: ['a.invalid'],
  });
  await make('/credentials', {
    name: 'B',
    type: 'oauth2AuthorizationCode',
    data: {
      authorizationUrl: 'https://a.invalid/',
      tokenUrl: 'https://a.invalid/token',
      clientId: 'client',
    },
  });
  await make('/variables', { name: `v${Date.now() % 1_000_000}`, value: 'x' });
  await make('/ai/suggestions?wait=2', { prompt: 'When a form is sent, post its fields to Slack' });
  return ids;
};

/** One of everything admins have. */
export const primeAsAdmin = async (base: string, caller: Headers): Promise<readonly string[]> => {
  const { ids, make } = maker(base, caller);
  await make('/ai-models', {
    name: 'Nobody',
    provider: 'openai-compatible',
    modelId: 'none',
    type: 'llm',
    isActive: false,
    configuration: { baseUrl: 'https://a.invalid/v1' },
  });
  await make('/nodes', {
    type: 'custom.fuzz.forecast',
    name: 'Forecast',
    parameters: { type: 'object', properties: { city: { type: 'string', title: 'City' } } },
    request: { url: 'https://a.invalid/{{ $parameters.city }}' },
  });
  const { id: workflowId } = await make('/workflows', { name: 'Model', definition: chain(manual) });
  await make('/templates', { workflowId, name: 'Fuzzed' });
  return ids;
};
