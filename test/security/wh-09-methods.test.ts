import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hooksHandler } from '../../functions/hooks/handlers.ts';
import { type RunningServer, startServer } from '../../infra/local/server.ts';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
let server: RunningServer;
let path: string;
beforeAll(async () => {
  world = await aHookWorld();
  path = new URL((await world.publish({ respond: 'immediately' })).url).pathname;
  server = await startServer({
    host: '127.0.0.1',
    port: 0,
    setting: 'STEPWELL_HOOKS_PORT',
    handle: hooksHandler(world.bench.platform),
    now: Date.now,
    requestId: () => 'request',
    log: () => {},
    requestMilliseconds: 500,
  });
});
afterAll(() => server.close());

const statusOf = (method: string, headers: Record<string, string> = {}): Promise<number> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });

/** Writes to a connection of its own and answers what comes back until it ends. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', () => resolve(answer));
  });

describe('WH-09 methods and slow senders', () => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND'])(
    'refuses %s, which it does not take',
    async (method) => {
      expect(await statusOf(method)).toBe(405);
    },
  );

  it('tells what it takes when it is asked', async () => {
    expect(await statusOf('OPTIONS')).toBe(204);
  });

  it('waits no longer than it has to for a body that does not come', async () => {
    const begun = performance.now();
    const answer = await raw(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nslow`);

    expect(answer).toMatch(/^HTTP\/1\.1 408/);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('starts nothing for a body that was cut off', async () => {
    const hook = await world.publish({ respond: 'immediately' });
    const cut = connect(server.port, '127.0.0.1');
    cut.write(`POST ${new URL(hook.url).pathname} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"a":`);
    await new Promise((resolve) => cut.once('ready', resolve));
    cut.destroy();
    await raw(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`);

    expect(await world.executionsOf(hook.id)).toEqual([]);
  });

  it('takes a body that is announced first', async () => {
    const answer = await raw(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );

    expect(answer).toMatch(/HTTP\/1\.1 202/);
  });
});
