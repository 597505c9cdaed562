import { createHash, randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NodeError } from '../../engine/errors.ts';
import type { HttpRequest } from '../../engine/ports.ts';
import { type EgressOptions, makeEgress } from '../../shared/adapters/egress.ts';
import { loopback } from './loopback.ts';

const egress = (options: EgressOptions = {}) => {
  const client = makeEgress(options);
  onTestFinished(() => client.close());
  return client;
};

const aRequest = (url: string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  url,
  headers: {},
  maxRedirects: 5,
  timeoutMilliseconds: 5_000,
  maxResponseBytes: 4 * 1024 * 1024,
  signal: new AbortController().signal,
  ...changes,
});

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const resolvesTo = (...addresses: string[]) =>
  vi.fn(async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('what egress refuses before connecting', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://１２７.0.0.1/',
    'http://0.0.0.0/',
    'http:\\\\127.0.0.1\\',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[64:ff9b:1::a9fe:a9fe]/',
    'http://[2002:a9fe:a9fe::]/',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[3fff::1]/',
    'http://[::7f00:1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://198.18.0.1/',
    'http://192.0.0.1/',
    'http://192.0.2.1/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
  ])('%s is no public address', async (url) => {
    const resolve = resolvesTo('93.184.215.14');

    await expect(egress({ resolve }).request(aRequest(url))).rejects.toMatchObject({
      code: 'http.blockedAddress',
    });
    expect(resolve).not.toHaveBeenCalled();
  });

  it.each([
    ['file:///etc/passwd', 'Only http and https URLs can be called.'],
    ['ftp://example.com/', 'Only http and https URLs can be called.'],
    ['gopher://example.com/', 'Only http and https URLs can be called.'],
    ['data:text/plain,hello', 'Only http and https URLs can be called.'],
    ['http://ok@127.0.0.1/', /user name or password/],
    ['http://example.com:22/', 'Port 22 cannot be called, only 80 and 443.'],
    ['http://example.com:6379/', 'Port 6379 cannot be called, only 80 and 443.'],
    ['http://exa\nmple.com/', /control character/],
    ['http://example.com%00.evil.test/', /not a valid/],
    ['http://[fe80::1%25eth0]/', /not a valid/],
    ['/only/a/path', /not a valid/],
  ])('%s', async (url, message) => {
    await expect(egress().request(aRequest(url))).rejects.toMatchObject({
      code: 'http.refused',
      message: expect.stringMatching(message),
    });
  });

  it('an object where a URL is expected', async () => {
    const url = { href: 'http://example.com', toString: () => 'http://example.com' } as unknown as string;

    await expect(egress().request(aRequest(url))).rejects.toMatchObject({ code: 'http.refused' });
  });

  it.each([
    ['X-Note', 'a\r\nHost: evil'],
    ['X-Note', 'a\0'],
    ['Bad Name', 'a'],
    ['Host', 'internal'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'keep-alive'],
  ])('the header %s: %j', async (name, value) => {
    const request = aRequest('http://example.com/', { headers: { [name]: value } });

    await expect(egress().request(request)).rejects.toMatchObject({ code: 'http.refused' });
  });
});

describe('names', () => {
  it.each([
    ['one private address', ['10.0.0.1']],
    ['a public and a private address', ['93.184.215.14', '127.0.0.1']],
    ['a private IPv6 address only', ['fd00::1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
  ])('with %s are refused', async (_case, addresses) => {
    const request = aRequest('http://shop.test/');

    await expect(egress({ resolve: resolvesTo(...addresses) }).request(request)).rejects.toMatchObject({
      code: 'http.blockedAddress',
    });
  });

  it('of this machine are refused', async () => {
    await expect(egress().request(aRequest('http://localhost./'))).rejects.toMatchObject({
      code: 'http.blockedAddress',
    });
  });

  it('are resolved once per connection, and keep their Host', async () => {
    const hosts: unknown[] = [];
    const { port } = await loopback((request, response) => {
      hosts.push(request.headers.host);
      response.end('hello');
    });
    const resolve = vi
      .fn()
      .mockResolvedValueOnce([{ address: '127.0.0.1', family: 4 }])
      .mockResolvedValue([{ address: '192.0.2.1', family: 4 }]);
    const client = egress({ resolve, allowedHosts: [`shop.test:${port}`] });

    await client.request(aRequest(`http://shop.test:${port}/a`));
    await setImmediate();
    await client.request(aRequest(`http://shop.test:${port}/b`));

    expect(resolve).toHaveBeenCalledTimes(1);
    expect(hosts).toEqual([`shop.test:${port}`, `shop.test:${port}`]);
  });

  it('that turn private between two connections are refused the second time', async () => {
    const resolve = vi
      .fn()
      .mockRejectedValueOnce(new Error('no such host'))
      .mockResolvedValue([{ address: '127.0.0.1', family: 4 }]);
    const client = egress({ resolve });

    await expect(client.request(aRequest('http://shop.test/'))).rejects.toMatchObject({
      code: 'http.network',
    });
    await expect(client.request(aRequest('http://shop.test/'))).rejects.toMatchObject({
      code: 'http.blockedAddress',
    });
  });
});

describe('redirects', () => {
  const redirecting = (status: number, location: string) =>
    loopback((_request, response) => response.writeHead(status, { location }).end());

  it.each([301, 302, 303, 307, 308])('%i to a private address is refused', async (status) => {
    const { origin, host } = await redirecting(status, 'http://169.254.169.254/latest/');

    await expect(egress({ allowedHosts: [host] }).request(aRequest(origin))).rejects.toMatchObject({
      code: 'http.blockedAddress',
    });
  });

  it('to another port of the same machine is refused', async () => {
    const inner = await loopback((_request, response) => response.end('secret'));
    const { origin, host } = await redirecting(302, inner.origin);

    await expect(egress({ allowedHosts: [host] }).request(aRequest(origin))).rejects.toMatchObject({
      code: 'http.refused',
    });
  });

  it('to another scheme is refused', async () => {
    const { origin, host } = await redirecting(302, 'file:///etc/passwd');

    await expect(egress({ allowedHosts: [host] }).request(aRequest(origin))).rejects.toMatchObject({
      code: 'http.refused',
    });
  });

  it('in a circle end', async () => {
    let calls = 0;
    const { origin, host } = await loopback((_request, response) => {
      calls += 1;
      response.writeHead(302, { location: '/again' }).end();
    });

    await expect(egress({ allowedHosts: [host] }).request(aRequest(origin))).rejects.toMatchObject({
      code: 'http.tooManyRedirects',
    });
    expect(calls).toBe(6);
  });

  it('are answers when none are to be followed', async () => {
    const { origin, host } = await redirecting(302, '/elsewhere');
    const client = egress({ allowedHosts: [host] });

    const answer = await client.request(aRequest(origin, { maxRedirects: 0 }));

    expect(answer).toMatchObject({ status: 302, headers: { location: '/elsewhere' } });
  });

  it.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'order'],
    [308, 'POST', 'order'],
  ])('%i to the same origin goes on as %s', async (status, method, body) => {
    const { origin, host } = await loopback(async (request, response) => {
      if (request.url === '/') return response.writeHead(status, { location: '/next' }).end();
      const chunks = await request.toArray();
      const { authorization } = request.headers;
      response.end(JSON.stringify({ method: request.method, body: chunks.join(''), authorization }));
    });
    const request = aRequest(origin, {
      method: 'POST',
      body: 'order',
      headers: { Authorization: 'Bearer x' },
    });

    const answer = await egress({ allowedHosts: [host] }).request(request);

    expect(JSON.parse(text(answer.body))).toEqual({ method, body, authorization: 'Bearer x' });
    expect(answer.url).toBe(`${origin}/next`);
  });

  it('to another origin lose the secrets', async () => {
    const other = await loopback((request, response) => response.end(JSON.stringify(request.headers)));
    const { origin, host } = await redirecting(307, other.origin);
    const headers = { Authorization: 'Bearer x', Cookie: 'a=1', 'X-API-Key': 'k', 'X-Note': 'kept' };

    const answer = await egress({ allowedHosts: [host, other.host] }).request(aRequest(origin, { headers }));

    const seen = JSON.parse(text(answer.body));
    expect(seen).toMatchObject({ 'x-note': 'kept', host: other.host });
    expect(seen).not.toHaveProperty('authorization');
    expect(seen).not.toHaveProperty('cookie');
    expect(seen).not.toHaveProperty('x-api-key');
  });

  it('to another origin lose headers that are said to be secret', async () => {
    const other = await loopback((request, response) => response.end(JSON.stringify(request.headers)));
    const { origin, host } = await redirecting(307, other.origin);
    const request = aRequest(origin, {
      headers: { 'X-Own-Key': 'k', 'x-note': 'kept' },
      secretHeaders: ['x-own-key'],
      allowedHosts: [host, other.host],
    });

    const answer = await egress({ allowedHosts: [host, other.host] }).request(request);

    expect(JSON.parse(text(answer.body))).toMatchObject({ 'x-note': 'kept' });
    expect(JSON.parse(text(answer.body))).not.toHaveProperty('x-own-key');
  });

  it.each([301, 302, 303, 307, 308])('with %i stay on the hosts of the credential', async (status) => {
    let calls = 0;
    const other = await loopback((_request, response) => {
      calls += 1;
      response.end();
    });
    const { origin, host } = await redirecting(status, other.origin);
    const client = egress({ allowedHosts: [host, other.host] });

    await expect(client.request(aRequest(origin, { allowedHosts: [host] }))).rejects.toMatchObject({
      code: 'http.hostNotAllowed',
    });
    await expect(client.request(aRequest(other.origin, { allowedHosts: [host] }))).rejects.toMatchObject({
      code: 'http.hostNotAllowed',
    });
    await expect(client.request(aRequest(origin, { allowedHosts: [] }))).rejects.toMatchObject({
      code: 'http.hostNotAllowed',
    });
    expect(calls).toBe(0);
  });
});

describe('answers', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: string) => bytes],
    // Not known, as most; the name is that of something every object has.
    ['constructor', (bytes: string) => bytes],
  ])('in %s are read', async (encoding, compress) => {
    const { origin, host } = await loopback((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(compress('{"total":7}')),
    );

    const answer = await egress({ allowedHosts: [host] }).request(aRequest(origin));

    expect(text(answer.body)).toBe('{"total":7}');
  });

  it('without a body are read', async () => {
    const { origin, host } = await loopback((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': '500' }).end(),
    );

    const answer = await egress({ allowedHosts: [host] }).request(aRequest(origin, { method: 'HEAD' }));

    expect(answer.body).toHaveLength(0);
  });

  const zeros = Buffer.alloc(40 * 1024 * 1024);

  it.each([
    ['gzip', gzipSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
  ])('that are %s bombs are cut off', async (encoding, bomb) => {
    const { origin, host } = await loopback((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb),
    );
    const client = egress({ allowedHosts: [host] });

    await expect(
      client.request(aRequest(origin, { maxResponseBytes: 100 * 1024 * 1024 })),
    ).rejects.toMatchObject({ code: 'http.tooLarge' });
    await expect(client.request(aRequest(origin, { maxResponseBytes: 1024 }))).rejects.toMatchObject({
      code: 'http.tooLarge',
    });
  });

  it('that never end are cut off at the cap', async () => {
    const { origin, host } = await loopback((_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(randomBytes(64 * 1024)));
        response.once('drain', more);
      };
      more();
    });

    await expect(
      egress({ allowedHosts: [host] }).request(aRequest(origin, { maxResponseBytes: 1024 * 1024 })),
    ).rejects.toMatchObject({ code: 'http.tooLarge' });
  });

  it('compressed twice are refused', async () => {
    const { origin, host } = await loopback((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(gzipSync('x'))),
    );

    await expect(egress({ allowedHosts: [host] }).request(aRequest(origin))).rejects.toMatchObject({
      code: 'http.refused',
    });
  });

  it('with too many headers are refused', async () => {
    const { origin, host } = await loopback((_request, response) => {
      for (let each = 0; each < 600; each += 1) response.setHeader(`x-${each}`, 'y'.repeat(100));
      response.end();
    });

    await expect(egress({ allowedHosts: [host] }).request(aRequest(origin))).rejects.toMatchObject({
      code: 'http.network',
    });
  });

  it.each([
    ['never begin', () => undefined],
    ['stop in the middle', (response: import('node:http').ServerResponse) => response.write('half')],
  ])('that %s end with the deadline', async (_case, answer) => {
    const { origin, host } = await loopback((_request, response) => void answer(response));

    await expect(
      egress({ allowedHosts: [host] }).request(aRequest(origin, { timeoutMilliseconds: 100 })),
    ).rejects.toMatchObject({ code: 'http.timeout', retryable: true });
  });

  it('end with the signal, whose reason is thrown', async () => {
    const controller = new AbortController();
    const { origin, host } = await loopback(() => controller.abort('cancelled'));

    await expect(
      egress({ allowedHosts: [host] }).request(aRequest(origin, { signal: controller.signal })),
    ).rejects.toBe('cancelled');
  });

  it('that are no HTTP and ports where nobody listens look the same', async () => {
    const gone = await loopback(() => undefined);
    await new Promise((resolve) => gone.server.close(resolve));
    const odd = await loopback((request) => request.socket.end('SSH-2.0\r\n'));
    const log = vi.fn();
    const client = egress({ allowedHosts: [gone.host, odd.host], log });
    const failure = async (url: string) => client.request(aRequest(url)).catch((error: unknown) => error);

    const [closed, spoke] = [await failure(gone.origin), await failure(odd.origin)];

    const saysOf = (host: string) => `${host} could not be reached or did not answer properly.`;
    expect(closed).toMatchObject({ code: 'http.network', retryable: true, cause: undefined });
    expect(closed).toMatchObject({ message: saysOf(gone.host) });
    expect(spoke).toMatchObject({ ...(closed as object), message: saysOf(odd.host) });
    expect(log).toHaveBeenCalledWith(expect.objectContaining({ code: 'ECONNREFUSED' }));
  });
});

describe('streamed answers', () => {
  const streaming = async (
    listener: Parameters<typeof loopback>[0],
    changes: Partial<HttpRequest> = {},
    options: EgressOptions = {},
  ) => {
    const { origin, host } = await loopback(listener);
    return egress({ ...options, allowedHosts: [host] }).stream(aRequest(origin, changes));
  };
  const readAll = async (chunks: AsyncIterable<Uint8Array>) => {
    const read: Uint8Array[] = [];
    for await (const chunk of chunks) read.push(chunk);
    return Buffer.concat(read);
  };

  it('are handed on before they are complete', async () => {
    const rest = Promise.withResolvers<void>();
    const answer = await streaming(async (_request, response) => {
      response.writeHead(200, { 'x-a': 'b' }).write('first');
      await rest.promise;
      response.end('last');
    });
    const chunks = answer.body[Symbol.asyncIterator]();

    const first = await chunks.next();
    rest.resolve();
    const last = await chunks.next();

    expect(answer).toMatchObject({ status: 200, headers: { 'x-a': 'b' } });
    expect([first, last].map(({ value }) => text(value))).toEqual(['first', 'last']);
  });

  it('are decompressed, and cut off at the cap', async () => {
    const zipped = gzipSync(randomBytes(500_000));
    const listener: Parameters<typeof loopback>[0] = (_request, response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped);

    expect(await readAll((await streaming(listener)).body)).toHaveLength(500_000);
    const capped = await streaming(listener, { maxResponseBytes: 400_000 });
    await expect(readAll(capped.body)).rejects.toMatchObject({ code: 'http.tooLarge' });
  });

  it('that stop in the middle end with the deadline', async () => {
    const answer = await streaming((_request, response) => void response.write('half'), {
      timeoutMilliseconds: 100,
    });

    await expect(readAll(answer.body)).rejects.toMatchObject({ code: 'http.timeout' });
  });

  it('that are cut in the middle do not pass for whole', async () => {
    const answer = await streaming((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });

    await expect(readAll(answer.body)).rejects.toMatchObject({ code: 'http.network', retryable: true });
  });

  it('that nobody wants any more close their connection', async () => {
    const closed = Promise.withResolvers<void>();
    const answer = await streaming((_request, response) => {
      response.once('close', () => closed.resolve());
      response.write('first');
    });

    for await (const _ of answer.body) break;

    await closed.promise;
  });
});

describe('requests', () => {
  it.each([
    ['of a size known beforehand', 100_000, { 'content-length': '100000' }],
    ['of any size', null, { 'transfer-encoding': 'chunked' }],
  ])('carry streams %s, again after a redirect', async (_case, size, headers) => {
    const { origin, host } = await loopback(async (request, response) => {
      const received = Buffer.concat(await request.toArray());
      if (request.url === '/') return response.writeHead(307, { location: '/next' }).end();
      response.end(JSON.stringify({ size: received.length, headers: request.headers }));
    });
    const open = vi.fn(async () =>
      (async function* () {
        for (let chunk = 0; chunk < 10; chunk += 1) yield randomBytes(10_000);
      })(),
    );

    const answer = await egress({ allowedHosts: [host] }).request(
      aRequest(origin, { method: 'PUT', body: { open, size } }),
    );

    expect(JSON.parse(text(answer.body))).toMatchObject({ size: 100_000, headers });
    expect(open).toHaveBeenCalledTimes(2);
  });

  it('whose stream breaks off are not sent as whole', async () => {
    const seen: unknown[] = [];
    const { origin, host } = await loopback((request, response) => {
      request.on('end', () => seen.push('end')).on('error', () => seen.push('error'));
      request.resume();
      request.on('close', () => response.end());
    });
    const open = async () =>
      (async function* () {
        yield randomBytes(10);
        throw new NodeError('file.damaged', 'The file is damaged.');
      })();

    const request = egress({ allowedHosts: [host] }).request(
      aRequest(origin, { method: 'PUT', body: { open, size: 1_000 } }),
    );

    await expect(request).rejects.toMatchObject({ code: 'file.damaged' });
    expect(seen).not.toContain('end');
  });

  it('carry method, headers and body as given', async () => {
    const { origin, host } = await loopback(async (request, response) => {
      const digest = createHash('sha256')
        .update(Buffer.concat(await request.toArray()))
        .digest('hex');
      response.end(JSON.stringify({ method: request.method, digest, headers: request.headers }));
    });
    const body = randomBytes(100_000);
    const headers = { 'Stepwell-Hops': '3', 'Idempotency-Key': 'k1', 'Content-Length': '5' };

    const answer = await egress({ allowedHosts: [host] }).request(
      aRequest(origin, { method: 'put', headers, body }),
    );

    expect(JSON.parse(text(answer.body))).toMatchObject({
      method: 'PUT',
      digest: createHash('sha256').update(body).digest('hex'),
      headers: { 'stepwell-hops': '3', 'idempotency-key': 'k1', 'content-length': '100000' },
    });
  });

  it('one after the other use one connection', async () => {
    const sockets = new Set();
    const { origin, host } = await loopback((request, response) => {
      sockets.add(request.socket);
      response.end('x');
    });
    const client = egress({ allowedHosts: [host] });

    for (let each = 0; each < 5; each += 1) {
      await client.request(aRequest(origin));
      await setImmediate();
    }

    expect(sockets.size).toBe(1);
  });
});
