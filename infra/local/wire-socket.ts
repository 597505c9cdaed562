import { connect, type Socket } from 'node:net';

export interface WireAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One connection to a database on this machine, one request at a time: HTTP as far as that database speaks it, in one write
 * and without streams, headers as objects or an agent, which together take longer than the database does.
 */
export interface WireSocket {
  /** Rejects when the connection breaks: what became of the request is then not known. */
  ask(head: string, body: string): Promise<WireAnswer>;
  close(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** `onEnd` is told once, when it can be used no more. */
export const openWireSocket = (hostname: string, port: number, onEnd: () => void): WireSocket => {
  const socket = connect({ host: hostname, port, noDelay: true });
  let received: Buffer[] = [];
  let waiting: PromiseWithResolvers<WireAnswer> | null = null;
  let failure: Error | null = null;

  const settle = (): PromiseWithResolvers<WireAnswer> | null => {
    const asked = waiting;
    waiting = null;
    received = [];
    return asked;
  };
  socket.on('data', (chunk) => {
    received.push(chunk);
    const bytes = received.length === 1 ? chunk : Buffer.concat(received);
    received = [bytes];
    try {
      const answer = readAnswer(bytes);
      if (answer) settle()?.resolve(answer);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.once('close', () => {
    onEnd();
    settle()?.reject(failure ?? broken('The database closed the connection.'));
  });

  return {
    ask: (head, body) => {
      waiting = Promise.withResolvers();
      socket.ref();
      socket.write(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      const { promise } = waiting;
      // An idle connection keeps nobody alive.
      return promise.finally(() => socket.unref());
    },
    close: () => destroy(socket),
  };
};

const destroy = (socket: Socket): void => void socket.destroy();

/** Null while it is not all there. */
const readAnswer = (bytes: Buffer): WireAnswer | null => {
  const end = bytes.indexOf(HEAD_END);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1]);
  if (Number.isNaN(status) || Number.isNaN(length))
    throw broken(`The database answered with a head that is not understood: ${head.slice(0, 200)}`);
  const from = end + HEAD_END.length;
  if (bytes.length < from + length) return null;
  return { status, text: bytes.toString('utf8', from, from + length) };
};

/** Under a name by which the store tries again. */
const broken = (message: string): Error => Object.assign(new Error(message), { name: 'NetworkingError' });
