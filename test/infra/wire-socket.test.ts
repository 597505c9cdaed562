import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openWire } from '../../infra/local/wire.ts';

/** A server that answers each request of a connection with the next of these, in these pieces. */
const aServer = async (...answers: (readonly (string | Buffer)[])[]) => {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', async (chunk) => {
      asked.push(String(chunk));
      for (const piece of answers.shift() ?? []) {
        if (piece === 'close') socket.destroy();
        else socket.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const wire = openWire(`http://127.0.0.1:${port}`);
  onTestFinished(async () => {
    await wire.close();
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { wire, asked, sockets };
};

const answer = (body: string, status = '200 OK') =>
  `HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

describe('the wire', () => {
  it('asks in one piece and uses a connection again', async () => {
    const { wire, asked, sockets } = await aServer([answer('{"n":1}')], [answer('{"n":2}')]);

    expect(await wire.post('GetItem', '{"Key":"Zoë"}')).toEqual({ n: 1 });
    expect(await wire.post('PutItem', '{}')).toEqual({ n: 2 });

    expect(sockets.size).toBe(1);
    expect(asked[0]).toMatch(/^POST \/ HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
    expect(asked[0]).toContain(
      'x-amz-target: DynamoDB_20120810.GetItem\r\ncontent-length: 14\r\n\r\n{"Key":"Zoë"}',
    );
  });

  it('puts together what comes in pieces, wherever they are cut', async () => {
    const whole = Buffer.from(answer('{"name":"Zoë €"}'));
    const cut = whole.indexOf(Buffer.from('€')) + 1;
    const { wire } = await aServer([whole.subarray(0, 20), whole.subarray(20, cut), whole.subarray(cut)]);

    expect(await wire.post('GetItem', '{}')).toEqual({ name: 'Zoë €' });
  });

  it('opens another connection while one is asked', async () => {
    const { wire, sockets } = await aServer([answer('{}')], [answer('{}')]);

    await Promise.all([wire.post('GetItem', '{}'), wire.post('GetItem', '{}')]);

    expect(sockets.size).toBe(2);
  });

  it.each([
    ['ends before its answer', ['close']],
    ['ends in the middle of it', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{', 'close']],
    ['does not speak HTTP', ['SSH-2.0\r\n\r\n']],
  ])('rejects when the connection %s, and opens a new one', async (_, pieces) => {
    const { wire } = await aServer(pieces, [answer('{"again":true}')]);

    await expect(wire.post('PutItem', '{}')).rejects.toMatchObject({
      name: expect.stringMatching(/NetworkingError|Error/),
    });
    expect(await wire.post('PutItem', '{}')).toEqual({ again: true });
  });

  it('asks on another connection when an idle one was closed', async () => {
    const { wire, sockets } = await aServer([answer('{}')], [answer('{"again":true}')]);
    await wire.post('GetItem', '{}');
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(() => expect([...sockets].every((socket) => socket.destroyed)).toBe(true));
    await new Promise((resolve) => setTimeout(resolve, 20));

    expect(await wire.post('GetItem', '{}')).toEqual({ again: true });
  });
});
