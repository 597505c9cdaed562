import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { hooksHandler } from '../../../functions/hooks/handlers.ts';
import { answerOf } from '../../http/client.ts';
import { anEvent } from '../../http/event.ts';
import { aHookWorld, type Published } from '../hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

const post = (url: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  world.bench.hook('POST', url, { body, headers });
const owner = (method: string, path: string, body?: unknown) => world.bench.owner(method, path, body);

describe('a webhook with a filter', () => {
  it('starts nothing for what it is not true for, and lists it', async () => {
    const hook = await world.publish({ onlyIf: "{{ $json.body.action = 'opened' }}" });
    expect((await post(hook.url, { action: 'closed' })).status).toBe(204);
    expect((await post(hook.url, {})).status).toBe(204);
    expect((await post(hook.url, { action: 'opened' })).status).toBe(200);

    expect(await world.executionsOf(hook.id)).toHaveLength(1);
    expect(await world.deliveriesOf(hook)).toMatchObject([
      { outcome: 'accepted', replayable: true },
      { outcome: 'filtered', reason: 'onlyIf gave false' },
      { outcome: 'filtered', replayable: true },
    ]);
  });

  it('that fails lets the sender try again, and runs nothing', async () => {
    const hook = await world.publish({ onlyIf: '{{ $number($json.body.n) > 1 }}' });
    const answer = await post(hook.url, { n: 'many' });

    expect(answer).toMatchObject({ status: 500, body: { code: 'webhook.filterFailed' } });
    expect(await world.executionsOf(hook.id)).toEqual([]);
    expect(await world.deliveriesOf(hook)).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('a delivery that comes again', () => {
  it.each([
    ['a header', 'X-Delivery', (n: number) => [{}, { 'x-delivery': `d-${n}` }] as const],
    ['an expression', '{{ $json.body.order.id }}', (n: number) => [{ order: { id: n } }, {}] as const],
  ])('by %s gets the first answer', async (_what, deduplicateBy, made) => {
    const hook = await world.publish({ deduplicateBy, respond: 'immediately' });
    const deliver = async (n: number) => (await post(hook.url, ...made(n))).body.executionId;

    const ids = [await deliver(1), await deliver(1), await deliver(2)];
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(await world.executionsOf(hook.id)).toHaveLength(2);
  });

  it('lets the sender try again where what tells it apart cannot be worked out', async () => {
    const hook = await world.publish({ deduplicateBy: '{{ $number($json.body.n) }}' });
    const answer = await post(hook.url, { n: 'many' });

    expect(answer).toMatchObject({ status: 500, body: { code: 'webhook.filterFailed' } });
    expect(await world.executionsOf(hook.id)).toEqual([]);
    expect(await world.deliveriesOf(hook)).toMatchObject([
      { outcome: 'failed', reason: expect.stringMatching(/^deduplicateBy failed: /), replayable: true },
    ]);
  });

  it('without what tells it apart is like no other', async () => {
    const hook = await world.publish({ deduplicateBy: 'x-delivery' });
    await post(hook.url);
    await post(hook.url);

    expect(await world.executionsOf(hook.id)).toHaveLength(2);
  });
});

describe('the answer of a webhook', () => {
  it('at once is what the trigger says', async () => {
    const hook = await world.publish({
      respond: 'immediately',
      status: 200,
      headers: { 'Content-Type': 'text/xml', 'X-Kind': 'ack' },
      body: '<Response/>',
    });

    expect(await post(hook.url)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/xml', 'x-kind': 'ack' },
      body: '<Response/>',
    });
  });

  it.each([
    ['auto', { fromOne: true }],
    ['first', { fromOne: true }],
    ['all', [{ fromOne: true }]],
    ['none', undefined],
  ])('of the last node in data %j', async (data, body) => {
    const set = {
      id: 's',
      name: 'S',
      type: 'data.set',
      parameters: { keep: 'none', fields: [{ name: 'fromOne', value: true }] },
    };
    const hook = await world.publish(
      { data, status: 201 },
      { nodes: [set], edges: [{ source: 'hook', target: 's' }] },
    );
    const answer = await post(hook.url);

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual(body);
  });

  it('is a file that came, byte by byte, and not to be shown by a browser', async () => {
    const hook = await world.publish({ data: 'file' });
    const { pathname } = new URL(hook.url);
    const bytes = Buffer.from([0xff, 0x00, 0x0d, 0x0a, 0x2d, 0x2d]);
    const event = anEvent({ method: 'POST', path: pathname, headers: { 'content-type': 'image/png' } });
    const answer = await hooksHandler(world.bench.platform)({
      ...event,
      body: bytes.toString('base64'),
      isBase64Encoded: true,
    });

    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, body: bytes.toString('base64') });
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': "attachment; filename*=UTF-8''file",
      'x-content-type-options': 'nosniff',
    });
  });

  it('that takes too long is read later, under an address nobody guesses', async () => {
    const respond = { id: 'r', name: 'R', type: 'flow.respond', parameters: { status: 418, body: 'late' } };
    const hook = await world.publish(
      { respond: 'respondNode' },
      { nodes: [respond], edges: [{ source: 'hook', target: 'r' }] },
    );
    const impatient = { ...world.bench.platform.orchestrator, begin: async () => null, run: async () => {} };
    const late = hooksHandler({ ...world.bench.platform, orchestrator: impatient });
    const answer = answerOf(await late(anEvent({ method: 'POST', path: new URL(hook.url).pathname })));
    expect(answer).toMatchObject({ status: 202, headers: { 'retry-after': '2' } });
    const read = (url: string, method = 'GET') => world.bench.hook(method, url);

    expect((await read(answer.body.resultUrl)).status).toBe(202);
    await world.bench.orchestrator.run(answer.body.executionId, Date.now() + 10_000);
    expect(await read(answer.body.resultUrl)).toMatchObject({ status: 418, body: 'late' });
    expect((await read(answer.body.resultUrl, 'POST')).status).toBe(405);
    const [token = '', signature = ''] = answer.body.resultUrl.split('/results/')[1].split('.');
    for (const wrong of [`${token}.${'A'.repeat(86)}`, `exec_01h455vb4pex5vsknk084sn02q.${signature}`, token])
      expect((await read(`http://localhost:8081/results/${wrong}`)).status).toBe(404);
  });
});

describe('files that come with a form', () => {
  it('are kept for the workflow, and the rest is its body', async () => {
    const hook = await world.publish({ rawBody: true });
    const body = [
      '--XX\r\nContent-Disposition: form-data; name="title"\r\n\r\nCafé',
      '--XX\r\nContent-Disposition: form-data; name="doc"; filename="../../etc/a \\"b\\".txt"\r\nContent-Type: text/plain\r\n\r\nhello',
      '--XX\r\nContent-Disposition: form-data; name="doc"; filename*=UTF-8\'\'z%C3%A9.txt\r\n\r\nsecond\r\n',
      '--XX\r\nContent-Disposition: form-data; name="empty"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n',
      '--XX--\r\n',
    ].join('\r\n');
    const answer = await world.bench.hook('POST', hook.url, {
      body,
      headers: { 'content-type': 'multipart/form-data; boundary=XX' },
    });
    expect(answer.body.body).toEqual({ title: 'Café' });

    const [{ id }] = await world.executionsOf(hook.id);
    const loaded = await world.bench.platform.stores.executions.load(id);
    const { binary = {} } = loaded?.record.items[0] ?? {};
    expect(binary).toMatchObject({
      doc: { fileName: 'a "b".txt', mediaType: 'text/plain', size: 5 },
      doc_2: { fileName: 'zé.txt', size: 8 },
      rawBody: { mediaType: 'multipart/form-data; boundary=XX', size: Buffer.byteLength(body) },
    });
    expect(binary.doc?.ref).toMatch(new RegExp(`^${id}/files/`));
  });
});

describe('a webhook of one’s own', () => {
  const further = async (hook: Published, body: object = {}) =>
    owner('POST', '/webhooks', { workflowId: hook.id, nodeId: 'hook', ...body });

  it('is a further address with a secret of its own, and goes with its node', async () => {
    const hook = await world.publish();
    const made = await further(hook, { name: 'Customer A', method: 'PUT', path: 'a/:id' });
    expect(made).toMatchObject({
      status: 201,
      body: { madeBy: 'resource', isActive: true, name: 'Customer A' },
    });
    const url = made.body.url.replace(':id', '7');
    const put = () =>
      world.bench.hook('PUT', url, { headers: { authorization: `Bearer ${made.body.token}` } });
    expect((await put()).body.params).toEqual({ id: '7' });

    await owner('PUT', `/workflows/${hook.id}`, {
      definition: { nodes: [{ id: 'other', name: 'O', type: 'trigger.webhook' }] },
    });
    await owner('POST', `/workflows/${hook.id}/publish`);
    expect((await put()).status).toBe(404);
    await owner('POST', `/workflows/${hook.id}/publish`, { version: 1 });
    expect((await put()).status).toBe(200);
    const stale = { 'if-match': '"99"' };
    const kept = await world.bench.owner('DELETE', `/webhooks/${made.body.id}`, undefined, stale);
    expect(kept).toMatchObject({ status: 412, body: { code: 'resource.changed' } });
    expect((await owner('DELETE', `/webhooks/${made.body.id}`)).status).toBe(204);
    expect((await put()).status).toBe(404);
    expect((await owner('GET', `/webhooks/${made.body.id}`)).status).toBe(404);
  });

  it('is switched off and on, and changed', async () => {
    const hook = await world.publish();
    const made = await further(hook, { authentication: { kind: 'none' } });
    const patch = (body: object) => owner('PATCH', `/webhooks/${made.body.id}`, body);
    await patch({ isEnabled: false });
    expect((await post(made.body.url)).status).toBe(404);
    await owner('POST', `/workflows/${hook.id}/publish`);
    expect((await post(made.body.url)).status).toBe(404);
    await patch({ isEnabled: true });
    expect((await post(made.body.url)).status).toBe(200);
    const protectedNow = await patch({ authentication: { kind: 'token' }, path: 'deep' });

    expect(protectedNow.body.token).toMatch(/^swh_/);
    expect((await post(made.body.url)).status).toBe(404);
    expect((await post(protectedNow.body.url)).status).toBe(401);
    const custom = await patch({ authentication: { kind: 'hmac', scheme: 'custom' } });
    expect(custom).toMatchObject({ status: 400, body: { errors: [{ pointer: '/authentication/header' }] } });
  });

  it('of a trigger node is not removed or changed by itself while it is published', async () => {
    const hook = await world.publish();

    expect((await owner('DELETE', `/webhooks/${hook.webhook.id}`)).status).toBe(409);
    expect((await owner('PATCH', `/webhooks/${hook.webhook.id}`, { path: 'x' })).status).toBe(409);
    await owner('POST', `/workflows/${hook.id}/unpublish`);
    expect((await owner('DELETE', `/webhooks/${hook.webhook.id}`)).status).toBe(204);
  });

  it('may have a slug that nobody else of the owner’s has', async () => {
    const hook = await world.publish({ slug: 'shop' });
    expect(hook.url).toContain(`/hooks/${world.bench.people.owner.id.slice(4)}~shop`);
    expect((await post(hook.url)).status).toBe(200);

    await expect(world.publish({ slug: 'shop' })).rejects.toThrow('resource.duplicate');
    expect((await further(await world.publish(), { slug: 'shop' })).status).toBe(409);
    expect((await world.publish({ slug: 'shop', method: 'GET' })).url).toBe(hook.url);
    const stranger = await world.publish({ slug: 'shop' }, undefined, world.bench.stranger);
    expect(stranger.url).not.toBe(hook.url);
  });

  it('is listed for its owner alone', async () => {
    const hook = await world.publish();
    const listed = await owner('GET', `/webhooks?workflowId=${hook.id}`);
    expect(listed.body.data).toMatchObject([{ id: hook.webhook.id, url: hook.url }]);
    const mine = await owner('GET', '/webhooks?limit=2');
    expect(mine.body.data).toHaveLength(2);
    expect((await owner('GET', `/webhooks?limit=2&cursor=${mine.body.nextCursor}`)).status).toBe(200);

    expect((await world.bench.stranger('GET', `/webhooks/${hook.webhook.id}`)).status).toBe(404);
    expect((await world.bench.stranger('GET', `/webhooks?workflowId=${hook.id}`)).status).toBe(404);
    expect((await world.bench.stranger('POST', `/webhooks/${hook.webhook.id}/rotate`)).status).toBe(404);
  });
});

describe('a delivery', () => {
  it('is replayed on the published version, with files of its own', async () => {
    const hook = await world.publish({ rawBody: true });
    await post(hook.url, { n: 1 });
    const [delivery] = await world.deliveriesOf(hook);
    const replayed = await owner('POST', `/webhooks/${hook.webhook.id}/deliveries/${delivery.id}/replay`);
    expect(replayed.status).toBe(202);
    const loaded = await world.bench.platform.stores.executions.load(replayed.body.executionId);

    expect(loaded?.record.items[0]?.json).toMatchObject({ body: { n: 1 } });
    expect(loaded?.record.items[0]?.binary?.rawBody?.ref).toContain(replayed.body.executionId);
    expect(await world.deliveriesOf(hook)).toHaveLength(2);
  });

  it('that could not be read is listed with the reason', async () => {
    const hook = await world.publish();
    const answer = await post(hook.url, '{"a":', { 'content-type': 'application/json' });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
    expect(await world.deliveriesOf(hook)).toMatchObject([
      {
        outcome: 'failed',
        reason: 'The body is not valid JSON, as its Content-Type says.',
        replayable: false,
      },
    ]);
  });

  it('that was filtered is replayed, one that was refused is not', async () => {
    const hook = await world.publish({ onlyIf: '{{ false }}', authentication: { kind: 'token' } });
    await post(hook.url, { n: 1 });
    await post(hook.url, { n: 2 }, { authorization: `Bearer ${hook.webhook.token}` });
    const [filtered, refused] = await world.deliveriesOf(hook);
    const replay = (id: string) => owner('POST', `/webhooks/${hook.webhook.id}/deliveries/${id}/replay`);

    expect((await replay(refused.id)).status).toBe(409);
    const { body } = await replay(filtered.id);
    const loaded = await world.bench.platform.stores.executions.load(body.executionId);
    expect(loaded?.record.items[0]?.json).toMatchObject({ body: { n: 2 } });
    expect((await replay('dlv_none')).status).toBe(404);
    const other = await world.publish();
    await post(other.url);
    const [foreign] = await world.deliveriesOf(other);
    expect((await replay(foreign.id)).status).toBe(404);
  });

  it('whose files have gone, with its execution or before it, is not there to be replayed', async () => {
    const hook = await world.publish();
    await world.bench.hook('POST', hook.url, { body: 'pixels', headers: { 'content-type': 'image/png' } });
    const [{ id }] = await world.deliveriesOf(hook);
    for (const lifetime of ['short', 'long'])
      await world.bench.platform.payloads.removePrefix(`${lifetime}/${id}/`);

    const replayed = await owner('POST', `/webhooks/${hook.webhook.id}/deliveries/${id}/replay`);

    expect(replayed).toMatchObject({ status: 404, body: { code: 'resource.notFound' } });
    expect(await world.executionsOf(hook.id)).toHaveLength(1);
  });

  it('is found page by page', async () => {
    const hook = await world.publish({ onlyIf: '{{ $json.body.n % 2 = 0 }}' });
    for (let n = 0; n < 7; n++) await post(hook.url, { n });
    const outcomes: string[] = [];
    let cursor = '';
    do {
      const page = await owner('GET', `/webhooks/${hook.webhook.id}/deliveries?limit=3${cursor}`);
      outcomes.push(...page.body.data.map((each: { outcome: string }) => each.outcome));
      cursor = page.body.nextCursor === null ? '' : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== '');

    expect(outcomes).toEqual([0, 1, 0, 1, 0, 1, 0].map((odd) => (odd ? 'filtered' : 'accepted')));
  });
});

describe('listening for a draft', () => {
  const draft = async (parameters: object = {}) => {
    const definition = {
      nodes: [
        {
          id: 'hook',
          name: 'Hook',
          type: 'trigger.webhook',
          parameters: { path: 'a/:id', respond: 'lastNode', ...parameters },
        },
      ],
    };
    return (await owner('POST', '/workflows', { name: 'Draft', definition })).body.id as string;
  };

  it('takes one call at an address of its own, and gives what it brought', async () => {
    const id = await draft({ method: ['POST', 'PUT'] });
    const listener = await owner('POST', `/workflows/${id}/test-webhook`);
    expect(listener).toMatchObject({ status: 201, body: { nodeId: 'hook', methods: ['POST', 'PUT'] } });
    const captured = () => owner('GET', `/workflows/${id}/test-webhook/${listener.body.id}`);
    expect((await captured()).body).toMatchObject({ state: 'waiting', items: null });
    const url = listener.body.url.replace(':id', '7');
    expect((await world.bench.hook('GET', url)).status).toBe(404);

    expect(await post(url, { n: 1 })).toMatchObject({ status: 200, body: { captured: true } });
    expect((await post(url, { n: 2 })).status).toBe(404);
    expect((await captured()).body).toMatchObject({
      state: 'called',
      items: [{ json: { params: { id: '7' }, body: { n: 1 } } }],
      executionId: null,
    });
    expect(await world.executionsOf(id)).toEqual([]);
    expect(
      (await world.bench.stranger('GET', `/workflows/${id}/test-webhook/${listener.body.id}`)).status,
    ).toBe(404);
  });

  it('runs the draft as a test when it is asked to', async () => {
    const id = await draft();
    const listener = await owner('POST', `/workflows/${id}/test-webhook`, { run: true });
    const answer = await post(listener.body.url.replace(':id', '7'), { n: 1 });

    expect(answer).toMatchObject({ status: 200, body: { params: { id: '7' } } });
    expect(await world.executionsOf(id)).toMatchObject([{ mode: 'test', status: 'completed', version: 1 }]);
  });

  it('keeps a call of any size', async () => {
    const id = await draft();
    const listener = await owner('POST', `/workflows/${id}/test-webhook`);
    // Hex of hashes does not compress to less than half: more than one item of the table holds.
    const large = Array.from({ length: 16_000 }, (_, n) => createHash('sha256').update(`${n}`).digest('hex'));

    expect(await post(listener.body.url.replace(':id', '7'), large)).toMatchObject({ status: 200 });
    const captured = await owner('GET', `/workflows/${id}/test-webhook/${listener.body.id}`);
    expect(captured.body.items[0].json.body).toEqual(large);
  });

  it('may be called by the pages that the trigger names', async () => {
    const id = await draft({ allowedOrigins: ['https://app.example.com'] });
    const { url } = (await owner('POST', `/workflows/${id}/test-webhook`)).body;
    const from = (origin: string) => ({ origin, 'access-control-request-method': 'POST' });
    const allowed = 'access-control-allow-origin';

    const asked = await world.bench.hook('OPTIONS', url, { headers: from('https://app.example.com') });
    expect(asked).toMatchObject({ status: 204, headers: { [allowed]: 'https://app.example.com' } });
    const other = await world.bench.hook('OPTIONS', url, { headers: from('https://evil.example') });
    expect(other.headers).not.toHaveProperty(allowed);
    const called = await post(url, {}, { origin: 'https://app.example.com' });
    expect(called.headers).toHaveProperty(allowed, 'https://app.example.com');
    expect((await world.bench.hook('OPTIONS', url)).status).toBe(404);
  });

  it('brings the files of a form to the test it runs', async () => {
    const id = await draft({ data: 'file' });
    const listener = await owner('POST', `/workflows/${id}/test-webhook`, { run: true });
    const body = [
      '--XX\r\nContent-Disposition: form-data; name="doc"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nhello',
      '--XX--\r\n',
    ].join('\r\n');
    const answer = await world.bench.hook('POST', listener.body.url.replace(':id', '7'), {
      body,
      headers: { 'content-type': 'multipart/form-data; boundary=XX' },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers['content-disposition']).toContain('a.txt');
    const captured = await owner('GET', `/workflows/${id}/test-webhook/${listener.body.id}`);
    expect(captured.body.items[0].binary.doc).toMatchObject({ fileName: 'a.txt', size: 5 });
  });

  it('is refused for what is no webhook trigger', async () => {
    const id = await draft();

    expect((await owner('POST', `/workflows/${id}/test-webhook`, { nodeId: 'x' })).status).toBe(400);
  });
});

describe('while versions are published, taken down and edited', () => {
  it('a path that is published throughout is never missing, and answers once', async () => {
    const hook = await world.publish({ path: 'kept' });
    const set = (n: number) => ({
      id: 's',
      name: 'S',
      type: 'data.set',
      parameters: { fields: [{ name: 'version', value: n }] },
    });
    const other = await world.publish({ path: 'off-and-on' });
    const statuses: number[] = [];
    const executions = new Set<string>();
    let editing = true;
    const caller = async () => {
      while (editing) {
        const answer = await post(hook.url, {});
        statuses.push(answer.status);
      }
    };
    const others: number[] = [];
    const otherCaller = async () => {
      while (editing) others.push((await post(other.url, {})).status);
    };
    const callers = Promise.all([caller(), caller(), caller(), otherCaller()]);
    for (let n = 1; n <= 12; n++) {
      const trigger = {
        id: 'hook',
        name: 'Hook',
        type: 'trigger.webhook',
        parameters: { path: 'kept', respond: 'lastNode' },
      };
      const more = {
        id: `extra${n}`,
        name: 'Extra',
        type: 'trigger.webhook',
        parameters: { path: `extra-${n}` },
      };
      const definition = { nodes: [trigger, set(n), more], edges: [{ source: 'hook', target: 's' }] };
      await owner('PUT', `/workflows/${hook.id}`, { definition });
      await owner('POST', `/workflows/${hook.id}/publish`);
      await owner('POST', `/workflows/${other.id}/unpublish`);
      await owner('POST', `/workflows/${other.id}/publish`);
    }
    editing = false;
    await callers;
    let cursor = '';
    do {
      const page = await owner('GET', `/executions?workflowId=${hook.id}&limit=100${cursor}`);
      for (const { id } of page.body.data) executions.add(id);
      cursor = page.body.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.body.nextCursor)}`;
    } while (cursor !== '');

    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(statuses.length).toBeGreaterThan(20);
    expect(executions.size).toBe(statuses.length);
    // There, or not there: nothing in between, such as 405 for the method it takes.
    expect([...new Set(others)].filter((status) => status !== 200 && status !== 404)).toEqual([]);
  }, 60_000);
});
