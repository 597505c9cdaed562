import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { AppError } from '../../shared/errors.ts';
import { sendGatewayResult, toGatewayEvent } from './gateway-event.ts';
import { BodyTooLarge, readRequestBody } from './request-body.ts';
import { errorCode, StartError } from './start-error.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The setting that changes the port, for the message when it is taken. */
  readonly setting: string;
  readonly handle: (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;
  readonly now: () => number;
  readonly requestId: () => string;
  readonly log: (entry: object) => void;
  /** Milliseconds a client may take to send a whole request. */
  readonly requestMilliseconds?: number;
}

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Takes no more requests, lets those under way end for a moment, then cuts them. */
  close(): Promise<void>;
}

/** AWS's limit would be 10 MB; a Lambda's is 6 MB with base64. The same figure holds everywhere. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const REQUEST_MILLISECONDS = 30_000;
/** How long a refused upload is read on, so that the client gets to see its answer. */
const DRAIN_MILLISECONDS = 2_000;
const CLOSE_MILLISECONDS = 3_000;

/** An HTTP server that speaks API Gateway to its handler. */
export const startServer = async (options: ServerOptions): Promise<RunningServer> => {
  const requestMilliseconds = options.requestMilliseconds ?? REQUEST_MILLISECONDS;
  const server = createServer(
    {
      requestTimeout: requestMilliseconds,
      headersTimeout: Math.min(requestMilliseconds, 15_000),
      connectionsCheckingInterval: Math.min(requestMilliseconds, 1_000),
      keepAliveTimeout: 65_000,
      maxHeaderSize: 32 * 1024,
    },
    (request, response) => void answer(request, response, options),
  );
  server.on('clientError', refuseClient);
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : options.host;
  return {
    port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => close(server),
  };
};

const listen = (server: Server, { host, port, setting }: ServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const taken = errorCode(error) === 'EADDRINUSE';
      const message = `Port ${port} is in use. Stop what uses it, or choose another with ${setting}.`;
      reject(taken ? new StartError(message) : error);
    });
    server.listen(port, host, resolve);
  });

const answer = async (request: IncomingMessage, response: ServerResponse, options: ServerOptions) => {
  const requestId = options.requestId();
  response.on('error', () => undefined);
  try {
    const body = await readRequestBody(request, MAX_BODY_BYTES);
    const event = toGatewayEvent(request, body, { requestId, now: options.now() });
    sendGatewayResult(await options.handle(event), response);
  } catch (error) {
    if (error instanceof BodyTooLarge) return refuseUpload(request, response, requestId);
    if (request.destroyed && !request.complete) return;
    options.log({ level: 'error', message: 'request failed', requestId, error: String(error) });
    if (response.headersSent) return response.destroy();
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    sendGatewayResult(
      problem(new AppError('internal', `Report this with the request id ${requestId}.`), requestId),
      response,
    );
  }
};

const refuseUpload = (request: IncomingMessage, response: ServerResponse, requestId: string): void => {
  const error = new AppError('request.tooLarge', `A body may have ${MAX_BODY_BYTES} bytes at most.`);
  response.setHeader('connection', 'close');
  sendGatewayResult(problem(error, requestId), response);
  request.resume();
  const timer = setTimeout(() => request.destroy(), DRAIN_MILLISECONDS);
  request.once('close', () => clearTimeout(timer));
};

/** The answers that come before any handler, in the form of all others. */
const problem = (error: AppError, requestId: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: error.status,
  headers: { 'content-type': 'application/problem+json', 'x-request-id': requestId },
  body: JSON.stringify({
    type: `/docs#error-${error.code}`,
    title: error.title,
    status: error.status,
    detail: error.message,
    instance: `urn:stepwell:request:${requestId}`,
    code: error.code,
    requestId,
  }),
});

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is not HTTP, or came too slowly, has no request to answer: the answer is written by hand. */
const refuseClient = (error: Error, socket: Socket): void => {
  if (!socket.writable || errorCode(error) === 'ECONNRESET') return void socket.destroy();
  const status = CLIENT_ERRORS[errorCode(error) ?? ''] ?? 400;
  const body = JSON.stringify({ title: STATUS_CODES[status], status });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${body.length}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
};

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS);
    // A connection that ends its last request from now on would else be kept alive.
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
