import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One kept-alive HTTP connection that sends one request after the other, and as little more as can be: the machine that
 * is measured has to run this, too.
 */
export interface Caller {
  post(path: string, body: string): Promise<RawAnswer>;
  close(): void;
}

const HEAD_END = '\r\n\r\n';

export const openCaller = (origin: string): Promise<Caller> => {
  const { hostname, port, host } = new URL(origin);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(callerOn(socket, host)));
  });
};

const callerOn = (socket: Socket, host: string): Caller => {
  let text = '';
  let waiting: PromiseWithResolvers<RawAnswer> | null = null;
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    text += chunk;
    const answer = parse(text);
    if (!answer) return;
    text = '';
    waiting?.resolve(answer);
  });
  const fail = (error: Error) => waiting?.reject(error);
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The connection was closed.')));
  return {
    post: (path, body) => {
      waiting = Promise.withResolvers();
      const length = Buffer.byteLength(body);
      socket.write(
        `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: ${length}${HEAD_END}${body}`,
      );
      return waiting.promise;
    },
    close: () => socket.destroy(),
  };
};

/** Null while it is not all there. */
const parse = (text: string): RawAnswer | null => {
  const end = text.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = text.slice(0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const body = text.slice(end + HEAD_END.length);
  if (body.length < length) return null;
  return { status: Number(head.slice(9, 12)), body: Buffer.from(body, 'latin1').toString() };
};
