import { beforeAll, describe, expect, it } from 'vitest';
import { hooksHandler } from '../../../functions/hooks/handlers.ts';
import { hookUrl } from '../../../shared/workflows/hook-url.ts';
import { answerOf } from '../../http/client.ts';
import { anEvent } from '../../http/event.ts';
import { callOut, chain, set, webhook } from '../definitions.ts';
import { aWorkbench, silentHttp, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench(silentHttp);
});

/** Publishes a workflow and answers its id and the address of its webhook. */
const published = async (definition: unknown) => {
  const { body } = await bench.owner('POST', '/workflows', { name: 'Hooked', definition });
  const answer = await bench.owner('POST', `/workflows/${body.id}/publish`);
  return { id: body.id as string, url: answer.body.webhooks[0].url as string };
};
const executionsOf = async (id: string) =>
  (await bench.owner('GET', `/executions?workflowId=${id}`)).body.data;

/** A workflow that answers with what it was sent. */
const echo = (parameters: Record<string, string> = {}) => chain(webhook(parameters));

describe('a delivery', () => {
  it('brings method, path, params, query, headers and body', async () => {
    const { url } = await published(echo({ path: 'a/:id' }));
    const answer = await bench.hook('POST', url.replace(':id', '%F0%9F%A7%BE'), {
      query: 'one=1&two=2&two=3&__proto__=x&plus=a+b',
      headers: { 'X-Custom': 'Yes' },
      body: { emoji: '👩‍👩‍👧', nul: 'a\0b', constructor: 1 },
    });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        method: 'POST',
        path: 'a/%F0%9F%A7%BE',
        params: { id: '🧾' },
        query: { one: '1', two: ['2', '3'], plus: 'a b' },
        headers: { 'x-custom': 'Yes', 'content-type': 'application/json' },
        body: { emoji: '👩‍👩‍👧', nul: 'a\0b', constructor: 1 },
      },
    });
    expect(Object.hasOwn(answer.body.query, '__proto__')).toBe(true);
  });

  it.each([
    ['application/x-www-form-urlencoded', 'a=1&a=2&__proto__=x', '{"a":["1","2"],"__proto__":"x"}'],
    ['application/json', '{"__proto__":{"admin":true}}', '{"__proto__":{"admin":true}}'],
    ['text/plain', 'zażółć', '"zażółć"'],
    ['application/octet-stream', 'bytes', '{"file":"body","mediaType":"application/octet-stream","size":5}'],
  ])('of type %s is read as such, sent as text or in base64', async (type, body, expected) => {
    const { url } = await published(echo());
    for (const base64 of [false, true]) {
      const answer = await bench.hook('POST', url, { body, base64, headers: { 'content-type': type } });
      expect(JSON.stringify(answer.body.body)).toBe(expected);
    }
  });

  it('of JSON that is none is refused and starts nothing', async () => {
    const { id, url } = await published(echo());
    const refused = await bench.hook('POST', url, { body: '{"a":' });

    expect(refused).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(await executionsOf(id)).toEqual([]);
  });

  it('larger than 4 MiB is refused', async () => {
    const { url } = await published(echo());
    const body = 'x'.repeat(4 * 1024 * 1024 + 1);

    expect((await bench.hook('POST', url, { body, headers: { 'content-type': 'text/plain' } })).status).toBe(
      413,
    );
  });

  it('repeated under its Idempotency-Key gets the first answer and starts nothing', async () => {
    const { id, url } = await published(echo());
    const deliver = (key: string, n: number) =>
      bench.hook('POST', url, { body: { n }, headers: { 'idempotency-key': key } });

    const answers = [await deliver('one', 1), await deliver('one', 2), await deliver('two', 3)];

    expect(answers.map((answer) => answer.body.body.n)).toEqual([1, 1, 3]);
    expect(await executionsOf(id)).toHaveLength(2);
    expect((await deliver('🧾', 4)).status).toBe(400);
  });

  it('that has come through too many workflows is refused', async () => {
    const { url } = await published(echo());
    const deliver = (hops: string) => bench.hook('POST', url, { headers: { 'stepwell-hops': hops } });

    expect((await deliver('20')).status).toBe(200);
    expect(await deliver('21')).toMatchObject({ status: 508, body: { code: 'execution.tooManyHops' } });
    expect((await deliver('many')).status).toBe(200);
  });
});

describe('the answer to a delivery', () => {
  it('in mode immediately is 202 and the id of an execution that runs', async () => {
    const { url } = await published(chain(webhook({ respond: 'immediately' }), set({ a: '1' })));
    const answer = await bench.hook('POST', url);

    expect(answer).toMatchObject({ status: 202, body: { executionId: expect.stringMatching(/^exec_/) } });
    const ended = await bench.owner('GET', `/executions/${answer.body.executionId}?wait=10`);
    expect(ended.body).toMatchObject({ status: 'completed', output: [{ json: { a: '1' } }] });
  });

  it('of a Respond node is what the node says, and the execution goes on behind it', async () => {
    const respond = { id: 'respond', name: 'Respond', type: 'flow.respond', parameters: { status: 201 } };
    const noop = { id: 'after', name: 'After', type: 'flow.noop' };
    const got = set({ got: '{{ $json.body.n }}' });
    const { id, url } = await published(chain(webhook({ respond: 'respondNode' }), got, respond, noop));
    const answer = await bench.hook('POST', url, { body: { n: 5 } });

    expect(answer).toMatchObject({ status: 201, body: { got: 5 } });
    await bench.orchestrator.idle();
    expect(await executionsOf(id)).toMatchObject([{ status: 'completed' }]);
  });

  it('that takes too long is 202 and where to ask', async () => {
    const { id, url } = await published(echo());
    const slow = { ...bench.orchestrator, run: async () => {}, begin: async () => null };
    const late = { ...bench.platform, orchestrator: slow };
    const { pathname } = new URL(url);
    const answer = answerOf(await hooksHandler(late)(anEvent({ method: 'POST', path: pathname })));

    const [execution] = await executionsOf(id);
    expect(answer).toMatchObject({
      status: 202,
      headers: { location: answer.body.resultUrl },
      body: { executionId: execution.id },
    });
    expect(answer.body.resultUrl).toMatch(/^http:\/\/localhost:8081\/results\/exec_\w+\.[\w-]{86}$/);
    expect(execution.status).toBe('pending');
  });

  it('of a workflow that fails tells nothing of its inside', async () => {
    const { id, url } = await published(chain(webhook(), set({ secret: '{{ $number("inside") }}' })));
    const answer = await bench.hook('POST', url);
    const [execution] = await executionsOf(id);

    expect(answer).toMatchObject({ status: 500, body: { code: 'workflow.failed' } });
    expect(answer.body.detail).toContain(execution.id);
    expect(JSON.stringify(answer.body)).not.toMatch(/inside|secret|\$number/);
    expect(execution).toMatchObject({ status: 'failed', errorNodeId: 'set' });
  });

  it('of one that was cancelled is a failure', async () => {
    const { id, url } = await published(chain(webhook(), callOut));
    const waiting = bench.hook('POST', url);
    const first = async (): Promise<{ id: string }> => (await executionsOf(id))[0] ?? first();
    await bench.owner('POST', `/executions/${(await first()).id}/cancel`);

    expect(await waiting).toMatchObject({ status: 500, body: { code: 'workflow.failed' } });
  }, 15_000);

  it('that was to come from a node that was not reached says only that it has ended', async () => {
    const { url } = await published(chain(webhook({ respond: 'respondNode' }), set({ a: 'private' })));
    const answer = await bench.hook('POST', url);

    expect(answer).toMatchObject({ status: 200, body: { status: 'completed' } });
    expect(JSON.stringify(answer.body)).not.toContain('private');
  });

  it('is sandboxed and kept by nobody, whatever it is', async () => {
    const { url } = await published(echo());
    for (const answer of [await bench.hook('POST', url), await bench.hook('PUT', url)]) {
      expect(answer.headers).toMatchObject({
        'content-security-policy': 'sandbox',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'x-request-id': 'request-1',
      });
    }
  });
});

describe('an address', () => {
  it('takes its own method only, and says so', async () => {
    const { url } = await published(echo());

    for (const method of ['GET', 'HEAD', 'PUT', 'TRACE']) {
      const answer = await bench.hook(method, url);
      expect(answer).toMatchObject({ status: 405, body: { code: 'route.methodNotAllowed' } });
      expect(answer.headers.allow).toBe('POST, OPTIONS');
    }
    const options = await bench.hook('OPTIONS', url);
    expect(options).toMatchObject({ status: 204, headers: { allow: 'POST, OPTIONS' } });
  });

  it('that is unknown, switched off or does not fit answers the same', async () => {
    const { id, url } = await published(echo({ path: 'a' }));
    const off = await published(echo());
    await bench.owner('POST', `/workflows/${off.id}/unpublish`);
    const origin = 'http://localhost:8081';

    const answers = [
      await bench.hook('POST', `${url}/b`),
      await bench.hook('POST', off.url),
      await bench.hook('OPTIONS', off.url),
      await bench.hook('GET', off.url),
      await bench.hook('POST', hookUrl(origin, 'x'.repeat(24), '')),
      await bench.hook('POST', hookUrl(origin, '__proto__', '')),
      await bench.hook('POST', `${origin}/hooks/`),
      await bench.hook('POST', `${origin}/hooks/${id}%2F..`),
      await bench.hook('POST', `${origin}/elsewhere`),
    ];

    const [first] = answers;
    expect(first).toMatchObject({ status: 404, body: { code: 'webhook.notFound' } });
    expect(answers.map((answer) => answer.body)).toEqual(answers.map(() => first?.body));
  });

  it('takes GET where its trigger does', async () => {
    const { url } = await published(echo({ method: 'GET', path: 'status' }));

    const answer = await bench.hook('GET', url, { query: 'q=%zz&a=%F0%9F%A7%BE' });
    expect(answer).toMatchObject({ status: 200, body: { method: 'GET', query: { a: '🧾' }, body: null } });
  });
});
