import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { NodeError } from '../../../engine/errors.ts';
import type { HttpRequest, HttpResponse } from '../../../engine/ports.ts';
import { makeEgress } from '../../../shared/adapters/egress.ts';

/** A call as the server on loopback has got it. */
export interface OutsideCall {
  /** Method and address without query: `GET api.example.com/orders`. */
  readonly to: string;
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Respond = (call: OutsideCall) => HttpResponse | NodeError;

const HOST = 'x-outside-host';
const WORLD = 'x-outside-world';

let outside: Promise<{ readonly server: Server; readonly origin: string }> | undefined;
const worlds = new Map<string, Respond>();
const egress = makeEgress({ allowedHosts: ['127.0.0.1'] });

const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const { pathname, search } = new URL(incoming.url ?? '/', 'http://outside');
  const call = {
    to: `${incoming.method} ${String(incoming.headers[HOST])}${pathname}`,
    query: decodeURIComponent(search),
    headers: incoming.headers,
    body: await text(incoming),
  };
  const made = worlds.get(String(incoming.headers[WORLD]))?.(call);
  // Nobody is there, or nobody any more: the connection breaks.
  if (!made || made instanceof NodeError) return void incoming.socket.destroy();
  outgoing.writeHead(made.status, { ...made.headers }).end(made.body);
};

const start = async () => {
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

/**
 * The outside of one run: whatever host a workflow calls, a server on loopback answers, reached by the client that the product
 * calls by. Where a credential may go is not asked here: on loopback all hosts are one. `isBusy` while a call is under way.
 */
export const theOutside = (respond: Respond) => {
  const id = crypto.randomUUID();
  worlds.set(id, respond);
  let open = 0;
  return {
    isBusy: () => open > 0,
    answer: async ({ allowedHosts: _hosts, ...request }: HttpRequest): Promise<HttpResponse> => {
      outside ??= start();
      const { origin } = await outside;
      const { host, pathname, search } = new URL(request.url);
      open += 1;
      try {
        const headers = { ...request.headers, [HOST]: host, [WORLD]: id };
        const response = await egress.request({ ...request, url: `${origin}${pathname}${search}`, headers });
        return { ...response, url: request.url };
      } finally {
        open -= 1;
      }
    },
  };
};
