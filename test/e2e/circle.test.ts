import { expect, it, vi } from 'vitest';
import { request, signIn } from './api-client.ts';
import { aDataFolder, anInstance } from './instance.ts';

/** A workflow that is called with an address and calls that address with it. */
const ECHO = {
  name: 'Echo',
  definition: {
    nodes: [
      {
        id: 'hook',
        name: 'Hook',
        type: 'trigger.webhook',
        parameters: { method: 'POST', respond: 'immediately' },
      },
      {
        id: 'call',
        name: 'Call',
        type: 'http.request',
        parameters: {
          method: 'POST',
          url: '{{ $json.body.url }}',
          body: { kind: 'json', value: { url: '{{ $json.body.url }}' } },
        },
      },
    ],
    edges: [{ source: 'hook', target: 'call' }],
  },
};

it('a workflow that calls itself is stopped after twenty rounds', async () => {
  const folder = aDataFolder();
  const hooksPort = 20_000 + (process.pid % 20_000);
  const instance = await anInstance(folder, {
    STEPWELL_HOOKS_PORT: String(hooksPort),
    STEPWELL_ALLOW_HOSTS: `127.0.0.1:${hooksPort}`,
  });
  const admin = await signIn(instance);
  const { body: workflow } = await admin.call('POST', '/workflows', ECHO);
  const { body: publication } = await admin.call('POST', `/workflows/${workflow.id}/publish`, {});
  const url: string = publication.webhooks[0].url;

  await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });

  const executions = await vi.waitFor(
    async () => {
      const { body } = await admin.call('GET', `/executions?workflowId=${workflow.id}&limit=100`);
      expect(body.data.every((each: { finishedAt: string | null }) => each.finishedAt !== null)).toBe(true);
      expect(body.data.some((each: { status: string }) => each.status === 'failed')).toBe(true);
      return body.data;
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(executions).toHaveLength(21);
}, 60_000);
