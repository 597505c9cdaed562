import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Item } from '../../../../engine/item.ts';
import { httpRequest } from '../../../../engine/nodes/http.request.ts';
import type { ResolvedCredential } from '../../../../engine/ports.ts';
import { makeEgress } from '../../../../shared/adapters/egress.ts';
import { loopback } from '../../../adapters/loopback.ts';
import { memoryPayloads } from '../../memory-payloads.ts';
import { callNode, filesOver } from '../real-call.ts';

interface Setting {
  readonly item?: Item;
  readonly payloads?: ReturnType<typeof memoryPayloads>;
  readonly credential?: (host: string) => ResolvedCredential;
  readonly alsoAllowed?: readonly string[];
}

/** A call to a real server of this machine, through the real egress client. */
const call = async (
  listener: RequestListener,
  { path = '/', ...parameters }: { readonly path?: string; readonly [name: string]: unknown } = {},
  setting: Setting = {},
) => {
  const { origin, host } = await loopback(listener);
  const http = makeEgress({ allowedHosts: [host, ...(setting.alsoAllowed ?? [])] });
  onTestFinished(() => http.close());
  const { item, payloads, credential } = setting;
  return callNode(httpRequest, {
    parameters: { url: `${origin}${path}`, ...parameters },
    ports: { http },
    ...(item && { item }),
    ...(payloads && { payloads }),
    ...(credential && { credential: credential(host) }),
  });
};

const textOf = async (request: IncomingMessage): Promise<string> =>
  Buffer.concat(await request.toArray()).toString();

/** An item with a file. */
const withFile = async (content: Buffer, fileName: string, mediaType: string) => {
  const payloads = memoryPayloads();
  const file = await filesOver(payloads).save(content, { fileName, mediaType });
  return { payloads, item: { json: {}, binary: { data: file } } };
};

describe('bodies', () => {
  it('of a multipart form arrive with their fields and files', async () => {
    const content = randomBytes(300_000);
    const setting = await withFile(content, 'pic"ture.png', 'image/png');
    let form: FormData | undefined;
    await call(
      async (request, response) => {
        const body = Buffer.concat(await request.toArray());
        expect(request.headers['content-length']).toBe(String(body.length));
        form = await new Response(body, {
          headers: { 'content-type': request.headers['content-type'] ?? '' },
        }).formData();
        response.end('{}');
      },
      {
        method: 'POST',
        body: {
          kind: 'multipart',
          value: { title: 'Ä "x"', tags: ['a', 'b'], more: { n: 1 } },
          files: { picture: 'data' },
        },
      },
      setting,
    );
    expect(form?.get('title')).toBe('Ä "x"');
    expect(form?.getAll('tags')).toEqual(['a', 'b']);
    expect(form?.get('more')).toBe('{"n":1}');
    const picture = form?.get('picture') as File;
    expect([picture.name, picture.type]).toEqual(['pic"ture.png', 'image/png']);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(content);
  });

  it('that are files arrive whole, with their media type', async () => {
    const content = randomBytes(5_000_000);
    let seen: object = {};
    await call(
      async (request, response) => {
        const body = Buffer.concat(await request.toArray());
        seen = {
          same: body.equals(content),
          type: request.headers['content-type'],
          length: request.headers['content-length'],
        };
        response.end('{}');
      },
      { method: 'PUT', body: { kind: 'file' } },
      await withFile(content, 'a.zip', 'application/zip'),
    );
    expect(seen).toEqual({ same: true, type: 'application/zip', length: '5000000' });
  });

  it('of a file the item does not have are not sent', async () => {
    const sending = call(
      () => expect.unreachable(),
      { method: 'PUT', body: { kind: 'file', file: 'photo' } },
      await withFile(randomBytes(1), 'a', 'a/b'),
    );
    await expect(sending).rejects.toMatchObject({ code: 'file.missing', message: /it has "data"/ });
  });

  it('are sent again where a redirect says so', async () => {
    const { items } = await call(
      async (request, response) => {
        if (request.url === '/') return response.writeHead(308, { location: '/next' }).end();
        response
          .setHeader('content-type', 'application/json')
          .end(JSON.stringify({ got: (await textOf(request)).length }));
      },
      { method: 'POST', body: { kind: 'file' } },
      await withFile(randomBytes(70_000), 'a', 'a/b'),
    );
    expect(items[0]?.json).toMatchObject({ got: expect.any(Number) });
  });
});

describe('answers', () => {
  it.each([
    ['application/json; charset=utf-8', '{"a":"ä"}', { a: 'ä' }],
    ['application/problem+json', '{"a":1}', { a: 1 }],
    ['text/html', '<p>', { data: '<p>' }],
    ['application/xml', '<a/>', { data: '<a/>' }],
    ['text/plain; charset=iso-8859-1', Buffer.from([0xe4]), { data: 'ä' }],
    ['text/plain; charset=nonsense', 'ä', { data: 'ä' }],
    ['application/json', '', { data: null }],
  ])('of %s are read as what they say', async (type, body, expected) => {
    const { items } = await call(
      (_, response) => void response.writeHead(200, { 'content-type': type }).end(body),
    );
    expect(items).toEqual([{ json: expected }]);
  });

  it('to HEAD are no file, whatever type they speak of', async () => {
    const { items } = await call(
      (_, response) =>
        void response.writeHead(200, { 'content-type': 'image/png', 'content-length': '9' }).end(),
      { method: 'HEAD', fullResponse: true },
    );
    expect(items).toEqual([{ json: { status: 200, headers: expect.anything(), body: '' } }]);
  });

  it('without a body are no file', async () => {
    const { items } = await call((_, response) => void response.writeHead(204).end());
    expect(items).toEqual([{ json: { data: '' } }]);
  });

  it('that are no text become a file of the item, named as the server says', async () => {
    const content = randomBytes(20_000_000);
    const { items, read } = await call(
      (_, response) =>
        void response
          .writeHead(200, {
            'content-type': 'application/pdf',
            'content-disposition': "attachment; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf",
          })
          .end(content),
    );
    const sha256 = createHash('sha256').update(content).digest('hex');
    const about = { fileName: 'résumé.pdf', mediaType: 'application/pdf', size: 20_000_000, sha256 };
    expect(items).toEqual([{ json: about, binary: { data: { ref: expect.any(String), ...about } } }]);
    expect((await read(items[0]?.binary?.data)).equals(content)).toBe(true);
  });

  it.each([
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['inline; filename=a.csv', 'a.csv'],
    ['', 'export.csv'],
  ])('with the disposition "%s" are called %s', async (disposition, name) => {
    const { items } = await call(
      (_, response) => void response.writeHead(200, { 'content-disposition': disposition }).end('a,b'),
      { response: 'file', fileField: 'table', path: '/export.csv' },
    );
    expect(items[0]?.binary?.table?.fileName).toBe(name);
  });

  it.each([
    ['as text', { response: 'text', maxResponseBytes: 1_000 }],
    ['as a file', { response: 'file', maxResponseBytes: 1_000 }],
    ['as either', { maxResponseBytes: 1_000 }],
  ])('that are too large %s fail the node', async (_, parameters) => {
    const calling = call((_request, response) => void response.end('x'.repeat(1_001)), parameters);
    await expect(calling).rejects.toMatchObject({ code: 'http.tooLarge' });
  });

  it('that are compressed bombs are cut off, and nothing of them is kept', async () => {
    const payloads = memoryPayloads();
    const bomb = gzipSync(Buffer.alloc(60 * 1024 * 1024));
    const calling = call(
      (_, response) =>
        void response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'image/png' }).end(bomb),
      {},
      { payloads },
    );
    await expect(calling).rejects.toMatchObject({ code: 'http.tooLarge' });
    expect(payloads.kept.size).toBe(0);
  });

  it('that come too slowly end with the time limit', async () => {
    const calling = call(
      (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).write('half'),
      { timeoutSeconds: 0.1 },
    );
    await expect(calling).rejects.toMatchObject({ code: 'http.timeout', retryable: true });
  });

  it('of 400 and above fail with the beginning of what they say', async () => {
    const calling = call(
      (_, response) => void response.writeHead(503, { 'retry-after': '7' }).end('x'.repeat(100_000)),
    );
    await expect(calling).rejects.toMatchObject({
      code: 'http.status',
      retryable: true,
      retryAfter: 7,
      details: { status: 503, body: 'x'.repeat(500) },
    });
  });

  it('of 400 and above say in one line who was asked and what came, without what stands in the query', async () => {
    const calling = call(
      (_, response) =>
        void response
          .writeHead(422, { 'content-type': 'application/json' })
          .end('{\n  "error": "no such sku"\n}'),
      { query: { key: 'private' } },
    );
    await expect(calling).rejects.toMatchObject({
      message: expect.stringMatching(
        /^The server answered 422 to GET 127\.0\.0\.1:\d+\/: \{ "error": "no such sku" \}$/,
      ),
    });
  });

  it('of 400 and above that are pages do not begin to tell them', async () => {
    const calling = call(
      (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html>'),
    );
    await expect(calling).rejects.toMatchObject({
      message: expect.stringMatching(/^The server answered 404 to GET 127\.0\.0\.1:\d+\/\.$/),
      details: { body: '<!doctype html>' },
    });
  });
});

describe('credentials', () => {
  const bearer = (allowedHosts: readonly string[]): ResolvedCredential => ({
    id: 'cred_1',
    type: 'bearer',
    data: { token: 'canary-token' },
    allowedHosts,
  });

  it('authenticate every page, and only on their hosts', async () => {
    const seen: unknown[] = [];
    const other = await loopback((_, response) => void response.end('{}'));
    const calling = call(
      (request, response) => {
        seen.push(request.headers.authorization);
        const link = request.url === '/' ? '</second>; rel="next"' : `<${other.origin}/third>; rel="next"`;
        response.writeHead(200, { link, 'content-type': 'application/json' }).end('{}');
      },
      { pagination: {} },
      { credential: (host) => bearer([host]), alsoAllowed: [other.host] },
    );
    await expect(calling).rejects.toMatchObject({ code: 'http.hostNotAllowed' });
    expect(seen).toEqual(['Bearer canary-token', 'Bearer canary-token']);
  });

  it('written as headers do not follow a page to another host', async () => {
    let seen: IncomingMessage['headers'] = {};
    const other = await loopback((request, response) => {
      seen = request.headers;
      response.end('{}');
    });
    await call(
      (_, response) => void response.writeHead(200, { link: `<${other.origin}/b>; rel=next` }).end('{}'),
      { pagination: {}, headers: { Authorization: 'Bearer x', 'X-Api-Key': 'k', 'X-Note': 'n' } },
      { alsoAllowed: [other.host] },
    );
    expect(seen).toMatchObject({ 'x-note': 'n' });
    expect(seen).not.toHaveProperty('authorization');
    expect(seen).not.toHaveProperty('x-api-key');
  });
});

describe('pages', () => {
  /** Seven things, three a page, in the ways APIs give them. */
  const things = Array.from({ length: 7 }, (_, n) => ({ n }));
  const api: RequestListener = async (request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const sent = request.method === 'POST' ? JSON.parse(await textOf(request)) : {};
    const by: Record<string, () => number> = {
      '/': () => Number(url.searchParams.get('page') ?? 1) - 1,
      '/offset': () => Number(url.searchParams.get('skip') ?? 0) / 3,
      '/cursor': () => Number(url.searchParams.get('cursor') ?? sent.after ?? 0),
      '/next': () => Number(url.searchParams.get('p') ?? 0),
    };
    const page = by[url.pathname]?.() ?? 0;
    const results = things.slice(page * 3, page * 3 + 3);
    const more = page < 2;
    const body = { results, cursor: more ? page + 1 : null, next: more ? `/next?p=${page + 1}` : null, more };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  };
  const items = '{{ $response.body.results }}';

  it.each([
    ['a next address', '/next', {}, { by: 'nextUrl', next: '{{ $response.body.next }}', items }],
    ['a cursor in the query', '/cursor', {}, { by: 'cursor', next: '{{ $response.body.cursor }}', items }],
    [
      'a cursor in the body',
      '/cursor',
      { method: 'POST', body: { value: { q: 1 } } },
      { by: 'cursor', in: 'body', parameter: 'after', next: '{{ $response.body.cursor }}', items },
    ],
    ['page numbers to an empty page', '/', {}, { by: 'page', items }],
    ['page numbers to a page that is not full', '/', {}, { by: 'page', size: 3, items }],
    ['page numbers to a sign', '/', {}, { by: 'page', items, stopWhen: '{{ $response.body.more = false }}' }],
    ['offsets', '/offset', {}, { by: 'offset', parameter: 'skip', size: 3, items }],
  ])('are followed by %s', async (_, path, parameters, pagination) => {
    const called = await call(api, { path, ...parameters, pagination });
    expect(called.items.map(({ json }) => json)).toEqual(things);
    expect(called.lines).toEqual([]);
  });

  it('are ended by their limits, which the log tells', async () => {
    const pages = await call(api, { pagination: { by: 'page', items, maxPages: 2 } });
    expect(pages.items).toHaveLength(6);
    expect(pages.lines).toEqual([{ level: 'warn', text: 'Stopped after 2 pages; there are more.' }]);
    const few = await call(api, { pagination: { by: 'page', items, maxItems: 4 } });
    expect(few.items).toHaveLength(4);
  });

  it('are an item each when the full response is asked for', async () => {
    const { items: full } = await call(api, {
      fullResponse: true,
      pagination: { by: 'page', items, size: 3 },
    });
    expect(full.map(({ json }) => json.status)).toEqual([200, 200, 200]);
  });

  it('that lead back are refused', async () => {
    const calling = call(api, { pagination: { by: 'nextUrl', next: '/', items } });
    await expect(calling).rejects.toMatchObject({ code: 'http.badPagination' });
  });

  it.each([
    ['nextUrl', '{{ 7 }}'],
    ['nextUrl', 'http://'],
    ['cursor', '{{ { "a": 1 } }}'],
  ])('by %s cannot go to %s', async (by, next) => {
    await expect(call(api, { pagination: { by, next, items } })).rejects.toMatchObject({
      code: 'http.badPagination',
    });
  });
});
