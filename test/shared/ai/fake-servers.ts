import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../../engine/item.ts';
import type { Asked, Reply, Respond } from './exchange.ts';
import { mediaRules } from './media-rules.ts';
import { completionRules, converseRules } from './wire-rules.ts';

export interface FakeServer {
  readonly url: string;
  readonly asked: Asked[];
  /** How the next requests are answered. */
  answer(respond: Respond): void;
  stop(): Promise<void>;
}

const bytesOf = ({ body }: Reply): Buffer =>
  Buffer.from(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));

const read = async (stream: AsyncIterable<unknown>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
};

const unanswered: Respond = () => ({ status: 500, body: { message: 'nobody has said how to answer' } });

const CHATS = [
  ['/converse', converseRules],
  ['/chat/completions', completionRules],
] as const;

/** What the real service would say to a request that breaks its rules; undefined to one that keeps them. */
const refusalOf = async (asked: Asked): Promise<Reply | undefined> => {
  const { path, body } = asked;
  const [, rules] = CHATS.find(([end]) => path.endsWith(end)) ?? [];
  const [message] = rules ? rules(JSON.parse(body) as JsonObject) : await mediaRules(asked);
  if (message === undefined) return undefined;
  return path.startsWith('/model/')
    ? { status: 400, headers: { 'x-amzn-errortype': 'ValidationException' }, body: { message } }
    : { status: 400, body: { error: { message, type: 'invalid_request_error' } } };
};

/** Bedrock's HTTP API as its SDK speaks it: HTTP/2 without TLS. */
export const startFakeBedrock = async (): Promise<FakeServer> => {
  const asked: Asked[] = [];
  let respond = unanswered;
  const sessions = new Set<{ destroy(): void }>();
  const server: Http2Server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', async (stream: ServerHttp2Stream, headers) => {
    const request = { path: String(headers[':path']), headers, body: await read(stream) };
    asked.push(request);
    const reply = (await refusalOf(request)) ?? (await respond(request));
    if (!reply) return;
    stream.respond({ ':status': reply.status ?? 200, 'content-type': 'application/json', ...reply.headers });
    stream.end(bytesOf(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next) => {
      respond = next;
    },
    stop: () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};

/** A server that speaks OpenAI's API. */
export const startFakeOpenAi = async (): Promise<FakeServer> => {
  const asked: Asked[] = [];
  let respond = unanswered;
  const server = createHttpServer(async (incoming: IncomingMessage, outgoing) => {
    const request = { path: incoming.url ?? '', headers: incoming.headers, body: await read(incoming) };
    asked.push(request);
    const reply = (await refusalOf(request)) ?? (await respond(request));
    if (!reply) return;
    outgoing.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    outgoing.end(bytesOf(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (next) => {
      respond = next;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};

/** An answer of Converse. */
export const converse = (
  content: readonly JsonObject[],
  stopReason = 'end_turn',
  usage: JsonObject = {},
): Reply => ({
  body: {
    output: { message: { role: 'assistant', content } },
    stopReason,
    usage: { inputTokens: 100, outputTokens: 20, totalTokens: 120, ...usage },
    metrics: { latencyMs: 1 },
  },
});

/** An answer of chat completions. */
export const completion = (message: JsonObject, finish = 'stop'): Reply => ({
  body: {
    choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: finish }],
    usage: { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 40 } },
  },
});
