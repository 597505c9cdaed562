import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Chance } from '../fuzz/chance.ts';

/** A call that has arrived, and so has acted, whatever it was answered. */
export interface Call {
  readonly key: string;
  readonly body: string;
}

export interface Outside {
  readonly origin: string;
  readonly host: string;
  readonly calls: readonly Call[];
  close(): void;
}

type Mood = (response: ServerResponse, request: IncomingMessage) => void;

const answer =
  (status: number, milliseconds: number): Mood =>
  (response) => {
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' });
      response.end('{"done":true}');
    }, milliseconds);
  };
/** What becomes of the first call under a key; the next ones are answered well. */
const MOODS: readonly Mood[] = [
  (_response, request) => request.socket.destroy(),
  answer(500, 0),
  answer(429, 0),
  ...Array.from({ length: 12 }, (_, each) => answer(200, each * each * 8)),
];

/** Another company's server, which is not always well. */
export const startOutside = async (chance: Chance): Promise<Outside> => {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    response.on('error', () => undefined);
    const body = Buffer.concat(await request.toArray()).toString();
    const key = String(request.headers['idempotency-key']);
    const isFirst = !calls.some((call) => call.key === key);
    calls.push({ key, body });
    const mood = isFirst ? chance.pick(MOODS) : answer(200, 5);
    mood(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    origin: `http://${host}`,
    calls,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
