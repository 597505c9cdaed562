import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Json } from '../../engine/item.ts';
import type { HttpRequest } from '../../engine/ports.ts';
import { type EgressOptions, makeEgress } from '../../shared/adapters/egress.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import { loopback } from '../adapters/loopback.ts';
import { runNode } from '../engine/nodes/run-node.ts';
import { chain, manual, webhook } from '../functions/definitions.ts';
import { aWorkbench } from '../functions/workbench.ts';
import { dnsServer, type Zone } from './dns-server.ts';

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
  timeoutMilliseconds: 1_000,
  maxResponseBytes: 1024 * 1024,
  signal: new AbortController().signal,
  ...changes,
});
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    (thrown: { code: string }) => thrown.code,
  );

/** A server that must not be reached. */
const forbidden = async () => {
  const seen: string[] = [];
  const server = await loopback((request, response) => {
    seen.push(String(request.url));
    response.end('secret');
  });
  return { ...server, seen };
};

const NOT_PUBLIC = [
  '127.0.0.1:9001',
  '127.0.0.1:2000',
  '127.255.255.254',
  'localhost',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '169.254.169.254',
  '169.254.170.2',
  '[fd00:ec2::254]',
  '100.64.0.1',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '192.0.0.1',
  '[fe80::1]',
  '[fc00::1]',
  '[ff02::1]',
  '[64:ff9b::a00:1]',
  '[2002:a00:1::]',
];

describe('outbound HTTP', () => {
  it('SR-01 reaches no address that is not on the public internet', async () => {
    const client = egress({ allowedPorts: [9001, 2000] });
    for (const host of NOT_PUBLIC)
      expect(await codeOf(client.request(aRequest(`http://${host}/`))), host).toBe('http.blockedAddress');
  });

  it('SR-02 judges every spelling as it judges the address', async () => {
    const spellings = [
      'http://2130706433/',
      'http://0x7f.0.0.1/',
      'http://0177.0.0.1/',
      'http://127.1/',
      'http://127.0.0.1./',
      'http://LOCALHOST/',
      'http://[::ffff:169.254.169.254]/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://１６９.254.169.254/',
      'http://①②⑦.0.0.1/',
      'http:\\\\127.0.0.1\\',
      'http:/\t/127.0.0.1/',
      'http://ok@127.0.0.1/',
      'http://127.0.0.1%00.example.com/',
      'http://[fe80::1%25lo]/',
      ' http://127.0.0.1/',
      'HTTP://127.0.0.1',
      'http://127.0.0.1?@example.com/',
      'http://127.0.0.1#@example.com/',
    ];
    for (const url of spellings)
      expect(['http.blockedAddress', 'http.refused'], url).toContain(
        await codeOf(egress().request(aRequest(url))),
      );
  });

  it('SR-03 goes to an address it has checked, whatever the DNS says next', async () => {
    const inner = await forbidden();
    const publicIp = '192.0.2.1';
    const zone: Zone = {
      'rebind.test': [{ a: ['93.184.215.14'] }, { a: ['127.0.0.1'] }],
      'mixed.test': [{ a: ['93.184.215.14', '127.0.0.1'] }],
      'chain.test': [{ cname: 'inner.test' }],
      'inner.test': [{ a: ['127.0.0.1'] }],
      'six.test': [{ aaaa: ['::1'] }],
      'mapped.test': [{ aaaa: ['::ffff:7f00:1'] }],
      'both.test': [{ a: ['93.184.215.14'], aaaa: ['fd00::1'] }],
    };
    const { resolve, askedFor } = await dnsServer(zone);
    const client = egress({ resolve, allowedPorts: [inner.port] });
    for (const name of ['mixed', 'chain', 'six', 'mapped', 'both'])
      expect(await codeOf(client.request(aRequest(`http://${name}.test:${inner.port}/`))), name).toBe(
        'http.blockedAddress',
      );
    // The first answer is public and nobody is there; what comes after it must not be asked for.
    const first = await codeOf(
      client.request(aRequest(`http://rebind.test:${inner.port}/`, { timeoutMilliseconds: 400 })),
    );
    expect(['http.timeout', 'http.network']).toContain(first);
    expect(askedFor('rebind.test')).toBe(1);
    expect(await codeOf(client.request(aRequest(`http://rebind.test:${inner.port}/`)))).toBe(
      'http.blockedAddress',
    );
    expect(inner.seen).toEqual([]);

    // The other way round: a host of one's own stays where it was when it was connected to.
    const own = await dnsServer({ 'own.test': [{ a: ['127.0.0.1'] }, { a: [publicIp] }] });
    const allowed = egress({ resolve: own.resolve, allowedHosts: [`own.test:${inner.port}`] });
    const answer = await allowed.request(aRequest(`http://own.test:${inner.port}/`));
    expect(answer.status).toBe(200);
    expect(own.askedFor('own.test')).toBe(1);
  });

  it('SR-04 checks every redirect, five at most, and leaves secrets with their origin', async () => {
    const inner = await forbidden();
    for (const status of [301, 302, 303, 307, 308]) {
      for (const location of [
        inner.origin,
        'http://169.254.169.254/',
        'file:///etc/passwd',
        '//127.0.0.1/',
        'gopher://x/',
      ]) {
        const outer = await loopback((_request, response) => response.writeHead(status, { location }).end());
        expect(['http.blockedAddress', 'http.refused'], location).toContain(
          await codeOf(egress({ allowedHosts: [outer.host] }).request(aRequest(outer.origin))),
        );
      }
    }
    expect(inner.seen).toEqual([]);
    let hops = 0;
    const circle = await loopback((_request, response) => {
      hops += 1;
      response.writeHead(302, { location: `/${hops}` }).end();
    });
    const round = egress({ allowedHosts: [circle.host] });
    expect(await codeOf(round.request(aRequest(circle.origin, { maxRedirects: 99 })))).toBe(
      'http.tooManyRedirects',
    );
    expect(hops).toBe(6);
    // "Refresh" is a matter of browsers.
    const refresh = await loopback((_request, response) =>
      response.writeHead(200, { refresh: `0; url=${inner.origin}` }).end('here'),
    );
    expect((await egress({ allowedHosts: [refresh.host] }).request(aRequest(refresh.origin))).status).toBe(
      200,
    );
    expect(inner.seen).toEqual([]);
    const other = await loopback((request, response) => response.end(JSON.stringify(request.headers)));
    const away = await loopback((_request, response) =>
      response.writeHead(307, { location: other.origin }).end(),
    );
    const { body } = await egress({ allowedHosts: [away.host, other.host] }).request(
      aRequest(away.origin, {
        headers: { authorization: 'a', cookie: 'b=c', 'x-own': 'd' },
        secretHeaders: ['x-own'],
      }),
    );
    expect(JSON.parse(Buffer.from(body).toString())).not.toMatchObject({ authorization: 'a' });
    for (const name of ['authorization', 'cookie', 'x-own'])
      expect(JSON.parse(Buffer.from(body).toString())).not.toHaveProperty(name);
  });

  it('SR-05 speaks http and https only', async () => {
    const urls = [
      'file',
      'ftp',
      'gopher',
      'data',
      'dict',
      'ws',
      'wss',
      'http+unix',
      'unix',
      'javascript',
      'blob',
    ].map((scheme) => `${scheme}://example.com/`);
    for (const url of urls) expect(await codeOf(egress().request(aRequest(url))), url).toBe('http.refused');
  });

  it('SR-06 has one way out: nothing else opens a connection', () => {
    // Also what CloudFormation calls, which answers to an address of CloudFormation's and does nothing for tenants.
    const mayConnect = [/^shared\/adapters\//, /^shared\/store\/connection\.ts$/, /^functions\/deployment\//];
    const root = join(import.meta.dirname, '../..');
    const speaks =
      /\bfetch\(|\bnew (WebSocket|EventSource)\b|(from|import\()\s*'(node:(http2?|https|net|tls|dgram|dns)|undici|axios|got|nodemailer|pg|mysql2)\b/;
    const offenders = ['engine', 'shared', 'functions'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .map((name) => `${folder}/${name}`)
        .filter((path) => !mayConnect.some((allowed) => allowed.test(path)))
        .filter((path) =>
          speaks.test(readFileSync(join(root, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
        ),
    );
    expect(offenders).toEqual([]);
  });

  it('SR-07 takes texts where it wants texts', async () => {
    const twisted: readonly Json[] = [
      { path: '/etc/passwd' },
      { href: 'http://example.com/' },
      { toString: 'x' },
      ['http://example.com/'],
      7,
      null,
    ];
    for (const url of twisted) {
      const { error, requests } = await runNode({
        type: 'http.request',
        parameters: { url: '{{ $json.url }}' },
        given: [{ url }],
        answer: () => ({ status: 200, headers: {}, body: new Uint8Array(), url: '' }),
      });
      expect(error?.code, JSON.stringify(url)).toBe('node.invalidParameters');
      expect(requests).toEqual([]);
    }
    const object = { href: 'http://example.com', toString: () => 'http://example.com' } as unknown as string;
    expect(await codeOf(egress().request(aRequest(object)))).toBe('http.refused');
  });

  it('SR-08 calls the usual ports only', async () => {
    for (const port of [22, 25, 6379, 11_211, 9001, 8080, 1])
      expect(await codeOf(egress().request(aRequest(`http://example.com:${port}/`))), String(port)).toBe(
        'http.refused',
      );
  });

  it('SR-09 holds no more of an answer than it may, and not for longer', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const endless = (write: (chunk: Buffer) => void) => {
      const timer = setInterval(() => write(Buffer.alloc(64 * 1024)), 1);
      onTestFinished(() => clearInterval(timer));
    };
    const answers: readonly [string, Parameters<typeof loopback>[0], string][] = [
      [
        'a bomb',
        (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
        'http.tooLarge',
      ],
      [
        'one in another',
        (_, response) => response.writeHead(200, { 'content-encoding': 'gzip, gzip' }).end(gzipSync(bomb)),
        'http.refused',
      ],
      [
        'a length beyond all',
        (_, response) => response.writeHead(200, { 'content-length': 10_000_000_000 }).write('x'),
        'http.timeout',
      ],
      ['chunks without end', (_, response) => endless((chunk) => response.write(chunk)), 'http.tooLarge'],
      ['a byte now and then', (_, response) => endless(() => response.write('x')), 'http.timeout'],
      [
        'a flood of headers',
        (_, response) => {
          for (let each = 0; each < 2_000; each += 1) response.setHeader(`x-${each}`, 'y'.repeat(100));
          response.end();
        },
        'http.network',
      ],
      ['silence', () => undefined, 'http.timeout'],
    ];
    for (const [what, listener, code] of answers) {
      const { origin, host } = await loopback(listener);
      const began = performance.now();
      const client = egress({ allowedHosts: [host] });
      expect(await codeOf(client.request(aRequest(origin, { timeoutMilliseconds: 600 }))), what).toBe(code);
      expect(performance.now() - began, what).toBeLessThan(3_000);
    }
  });

  it('SR-10 lets nobody steer the connection by headers', async () => {
    const headers = [
      { 'x-a': 'b\r\nhost: evil' },
      { 'x-a': 'b\nx: y' },
      { 'x-a\r\nhost': 'evil' },
      { host: 'evil' },
      { 'transfer-encoding': 'chunked' },
      { connection: 'upgrade' },
      { upgrade: 'h2c' },
      { expect: '100-continue' },
      { te: 'trailers' },
    ];
    for (const each of headers) {
      expect(
        await codeOf(egress().request(aRequest('http://example.com/', { headers: each as never }))),
      ).toBe('http.refused');
      const { error, requests } = await runNode({
        type: 'http.request',
        parameters: { url: 'https://example.com/', headers: each as never },
        answer: () => ({ status: 200, headers: {}, body: new Uint8Array(), url: '' }),
      });
      expect(error?.code).toBe('http.badRequest');
      expect(requests).toEqual([]);
    }
  });

  it('SR-11 ends circles of workflows that call one another, and lets none say how long they are', async () => {
    const asked: HttpRequest[] = [];
    const exchange = async (request: HttpRequest) => {
      asked.push(request);
      return { status: 200, headers: {}, url: request.url };
    };
    const bench = await aWorkbench({
      request: async (request) => ({ ...(await exchange(request)), body: new TextEncoder().encode('{}') }),
      stream: async (request) => ({ ...(await exchange(request)), body: Readable.from([Buffer.from('{}')]) }),
    });
    const call = {
      id: 'call',
      name: 'Call',
      type: 'http.request',
      parameters: { url: 'https://example.com/', headers: { [HOPS_HEADER]: '0' } },
    };
    const made = await bench.owner('POST', '/workflows', {
      name: 'Circle',
      definition: chain(webhook(), call),
    });
    const published = await bench.owner('POST', `/workflows/${made.body.id}/publish`, {});
    const { url } = published.body.webhooks[0];
    const deep = await bench.hook('POST', url, { headers: { [HOPS_HEADER]: '20' } });
    expect(deep.status).toBe(200);
    expect(asked[0]?.headers[HOPS_HEADER]).toBe('21');
    const deeper = await bench.hook('POST', url, { headers: { [HOPS_HEADER]: '21' } });
    expect(deeper.status).toBe(508);
    expect(asked).toHaveLength(1);
  });

  it('SR-12 does not tell whether anybody listens', async () => {
    const noHttp = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    await new Promise<void>((resolve) => noHttp.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void noHttp.close());
    const { port } = noHttp.address() as { port: number };
    const closed = await loopback(() => undefined);
    closed.server.close();
    const messageOf = (at: number) =>
      egress({ allowedHosts: [`127.0.0.1:${at}`] })
        .request(aRequest(`http://127.0.0.1:${at}/`))
        .then(String, (thrown: Error) => thrown.message.replace(`:${at}`, ''));
    expect(await messageOf(port)).toBe(await messageOf(closed.port));
    const blocked = (url: string) =>
      egress()
        .request(aRequest(url))
        .then(String, (thrown: Error) => thrown.message);
    expect(await blocked(`http://127.0.0.1/`)).toBe(await blocked('http://10.255.255.1/'));
  });
});

it('SR-11 a workflow started by hand counts as the first of a circle', async () => {
  const bench = await aWorkbench();
  const made = await bench.owner('POST', '/workflows', { name: 'Circle', definition: chain(manual) });
  const run = await bench.owner(
    'POST',
    `/workflows/${made.body.id}/run`,
    { version: 'draft' },
    { [HOPS_HEADER]: '21' },
  );
  expect(run.status).toBe(508);
});
