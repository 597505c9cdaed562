import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { NodeError } from '../../../../engine/errors.ts';
import type { Json } from '../../../../engine/item.ts';
import type { HttpRequest, HttpResponse } from '../../../../engine/ports.ts';
import { makeEgress } from '../../../../shared/adapters/egress.ts';
import { once } from '../../../../shared/once.ts';

/** A call as the server on loopback has got it. */
export interface WebCall {
  /** Method and address without query: `GET api.example.com/orders`. */
  readonly to: string;
  readonly query: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Json;
}

/** What a call is answered with: JSON, or what a function makes of what was sent. An error: the connection breaks. */
export type WebReply = Json | ((sent: Json) => Json | HttpResponse | NodeError);

/** By method and address without query. */
export type WebReplies = Readonly<Record<string, WebReply>>;

/** What services answer that a message was sent to. */
const CHATS: WebReplies = {
  'POST slack.com/api/chat.postMessage': { ok: true, channel: 'C1', ts: '1.1' },
  'POST api.telegram.org/bot1:bot/sendMessage': { ok: true, result: { message_id: 1, chat: { id: 2 } } },
  'POST discord.com/api/v10/channels/1200000000000000000/messages': { id: '3', channel_id: '4' },
  'POST teams.example.com/hook': {},
};

const HOST = 'x-outside-host';
const WEB = 'x-outside-web';

type Respond = (call: WebCall) => HttpResponse | NodeError;
const webs = new Map<string, Respond>();
const egress = makeEgress({ allowedHosts: ['127.0.0.1'] });

const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const { pathname, search } = new URL(incoming.url ?? '/', 'http://outside');
  const call = {
    to: `${incoming.method} ${String(incoming.headers[HOST])}${pathname}`,
    query: decodeURIComponent(search),
    headers: incoming.headers,
    body: parsed(await text(incoming)),
  };
  const made = webs.get(String(incoming.headers[WEB]))?.(call);
  // Nobody is there, or nobody any more: the connection breaks.
  if (!made || made instanceof NodeError) return void incoming.socket.destroy();
  outgoing.writeHead(made.status, { ...made.headers }).end(made.body);
};

const originOf = once(async () => {
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

/**
 * The web of one run: whatever host a workflow calls, a server on loopback answers, reached by the client that the product calls
 * by. Where a credential may go is not asked here: on loopback all hosts are one. `hear`: what comes of a call before its answer.
 */
export const webFor = (replies: WebReplies, hear: (call: WebCall) => void) => {
  const calls: WebCall[] = [];
  const unanswered: string[] = [];
  const id = crypto.randomUUID();
  webs.set(id, (call) => {
    calls.push(call);
    hear(call);
    const reply = replies[call.to] ?? CHATS[call.to];
    if (reply === undefined) {
      unanswered.push(call.to);
      return new NodeError('http.network', `Nobody answers ${call.to}.`);
    }
    const made = typeof reply === 'function' ? reply(call.body) : reply;
    if (made instanceof NodeError || isResponse(made)) return made;
    return answerWith(JSON.stringify(made), 'application/json');
  });
  return {
    calls: calls as readonly WebCall[],
    unanswered,
    request: async ({ allowedHosts: _hosts, ...request }: HttpRequest): Promise<HttpResponse> => {
      const { host, pathname, search } = new URL(request.url);
      const url = `${await originOf()}${pathname}${search}`;
      const headers = { ...request.headers, [HOST]: host, [WEB]: id };
      return { ...(await egress.request({ ...request, url, headers })), url: request.url };
    },
  };
};

/** A response as a server gives it, for what is no JSON or no 200. */
export const answerWith = (body: string, mediaType: string, status = 200): HttpResponse => ({
  status,
  headers: { 'content-type': mediaType },
  body: Buffer.from(body),
  url: '',
});

const parsed = (body: string): Json => {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return body;
  }
};

const isResponse = (made: Json | HttpResponse): made is HttpResponse =>
  typeof made === 'object' && made !== null && 'body' in made && made.body instanceof Uint8Array;
