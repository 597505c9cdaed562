import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on the public internet, as workflows see it. `in-functions.mjs` brings calls for this name here. */
export const OUTSIDE_HOST = 'outside.example.com';

/** Whoever calls this for the first time is killed by the answer. */
export const DEADLY = '/dies';

export interface OutsideRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Outside = Awaited<ReturnType<typeof startOutside>>;

/**
 * Remembers what workflows ask of it. It answers 200 with the headers that came, so that secrets come back, or what
 * was said by `answerWith` for a path.
 */
export const startOutside = async () => {
  const requests: OutsideRequest[] = [];
  const statuses = new Map<string, number>();
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { method = '', url: path = '', headers } = incoming;
    const isFirst = requests.every((request) => request.path !== path);
    requests.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    if (isFirst && path === DEADLY) {
      outgoing.end('KILL-THE-FUNCTION');
      return;
    }
    outgoing.writeHead(statuses.get(path) ?? 200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify({ path, headers }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** Those that came for a path, in their order. */
    asked: (path: string): readonly OutsideRequest[] => requests.filter((request) => request.path === path),
    answerWith: (path: string, status: number): void => {
      statuses.set(path, status);
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
