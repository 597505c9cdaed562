import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startServer } from '../../infra/local/server.ts';

type Handle = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

const aServer = async (handle: Handle, requestMilliseconds = 5_000) => {
  const log = vi.fn();
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    setting: 'STEPWELL_PORT',
    handle,
    now: () => 1_700_000_000_000,
    requestId: () => 'req_1',
    log,
    requestMilliseconds,
  });
  onTestFinished(() => server.close());
  return { ...server, log };
};

/** A server that keeps the events it has been sent. */
const listening = async () => {
  const events: APIGatewayProxyEventV2[] = [];
  const server = await aServer(async (event) => {
    events.push(event);
    return { statusCode: 200, body: 'ok' };
  });
  return { ...server, events };
};

const raw = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

describe('a request', () => {
  it('becomes an event of payload format 2.0', async () => {
    const { port, events } = await listening();

    await raw(
      port,
      'GET /a%20b/c?x=1&x=2&y=%C3%BC HTTP/1.1\r\nHost: here\r\nX-Two: a\r\nx-two: b\r\nCookie: k=1; l=2\r\nConnection: close\r\n\r\n',
    );

    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/c',
      rawQueryString: 'x=1&x=2&y=%C3%BC',
      queryStringParameters: { x: '1,2', y: 'ü' },
      cookies: ['k=1', 'l=2'],
      headers: { host: 'here', 'x-two': 'a,b' },
      requestContext: {
        requestId: 'req_1',
        timeEpoch: 1_700_000_000_000,
        http: { method: 'GET', path: '/a%20b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
      },
      isBase64Encoded: false,
    });
    expect(events[0]).not.toHaveProperty('body');
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  it.each([
    ['application/json', Buffer.from('{"a":"ü"}'), '{"a":"ü"}', false],
    ['text/plain', Buffer.from('hello'), 'hello', false],
    ['application/cloudevents+json', Buffer.from('{}'), '{}', false],
    ['application/octet-stream', Buffer.from('hello'), 'aGVsbG8=', true],
    ['application/json', Buffer.from([0xff, 0xfe]), '//4=', true],
  ])('with a body of type %s', async (type, sent, body, isBase64Encoded) => {
    const { url, events } = await listening();

    await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: sent });

    expect(events[0]).toMatchObject({ body, isBase64Encoded });
  });

  it('with a target that names its origin keeps the path', async () => {
    const { port, events } = await listening();

    await raw(port, 'GET http://here/path?q=1 HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');

    expect(events[0]).toMatchObject({ rawPath: '/path', rawQueryString: 'q=1' });
  });
});

describe('a result', () => {
  it('becomes the answer', async () => {
    const { url } = await aServer(async () => ({
      statusCode: 201,
      headers: { 'x-note': 'n' },
      cookies: ['a=1', 'b=2'],
      body: 'aGVsbG8=',
      isBase64Encoded: true,
    }));

    const answer = await fetch(url);

    expect(answer.status).toBe(201);
    expect(answer.headers.get('x-note')).toBe('n');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.text()).toBe('hello');
  });

  it('that cannot be sent, or a handler that throws, is a bare 500 and a log line', async () => {
    const failures: Handle[] = [
      async () => ({ statusCode: 200, headers: { 'x-note': 'a\r\nb' } }),
      async () => Promise.reject(new Error('secret')),
    ];
    for (const handle of failures) {
      const { url, log } = await aServer(handle);

      const answer = await fetch(url);

      expect(answer.status).toBe(500);
      expect(await answer.json()).toMatchObject({ code: 'internal', requestId: 'req_1' });
      expect(log).toHaveBeenCalledOnce();
    }
  });
});

describe('a body that is too large', () => {
  const tooMuch = 4 * 1024 * 1024 + 1;

  it('is refused by its announced length', async () => {
    const { url, events } = await listening();

    const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(tooMuch) });

    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'request.tooLarge', status: 413 });
    expect(events).toEqual([]);
  });

  it('is refused while it arrives in chunks', async () => {
    const { port, events } = await listening();

    const status = await new Promise((resolve, reject) => {
      const request = httpRequest({ port, host: '127.0.0.1', method: 'POST' }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      request.on('error', reject);
      request.write(Buffer.alloc(tooMuch));
    });

    expect(status).toBe(413);
    expect(events).toEqual([]);
  });

  it('of exactly the limit is taken', async () => {
    const { url, events } = await listening();

    const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(tooMuch - 1) });

    expect(answer.status).toBe(200);
    expect(events).toHaveLength(1);
  });
});

describe('a client', () => {
  it('that sends its body too slowly gets 408', async () => {
    const { port } = await aServer(async () => ({ statusCode: 200 }), 100);

    const answer = await raw(port, 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nabc');

    expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    ['too many headers', `GET / HTTP/1.1\r\nHost: h\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
  ])('that sends %s is refused', async (_case, text, status) => {
    const { port } = await aServer(async () => ({ statusCode: 200 }));

    expect(await raw(port, text)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('starting', () => {
  it('on a port in use fails with one line', async () => {
    const { port } = await aServer(async () => ({ statusCode: 200 }));
    const again = startServer({
      host: '127.0.0.1',
      port,
      setting: 'STEPWELL_PORT',
      handle: async () => ({}),
      now: Date.now,
      requestId: () => '',
      log: () => undefined,
    });

    await expect(again).rejects.toThrow(
      `Port ${port} is in use. Stop what uses it, or choose another with STEPWELL_PORT.`,
    );
  });

  it('and closing lets requests under way end', async () => {
    const server = await aServer(async () => {
      closed = server.close();
      return { statusCode: 200, body: 'done' };
    });
    let closed: Promise<void> | undefined;

    const answer = await fetch(server.url);

    expect(await answer.text()).toBe('done');
    await closed;
    await expect(fetch(server.url)).rejects.toThrow();
  });
});
