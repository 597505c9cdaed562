import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that takes a millisecond for each request and remembers what it was sent. */
export interface Receiver {
  readonly url: string;
  /** How often each Idempotency-Key came. */
  readonly keys: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const WORK_MILLISECONDS = 1;

export const startReceiver = async (milliseconds = WORK_MILLISECONDS): Promise<Receiver> => {
  const keys = new Map<string, number>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const key = String(request.headers['idempotency-key'] ?? '');
    keys.set(key, (keys.get(key) ?? 0) + 1);
    request.resume();
    setTimeout(() => {
      response.setHeader('content-type', 'application/json');
      response.end('{"done":true}');
    }, milliseconds);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    keys,
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
