import { openWireSocket, type WireSocket } from './wire-socket.ts';

/** Sends the JSON input of a DynamoDB operation and answers its JSON output. Throws WireError. */
export type Post = (operation: string, body: string) => Promise<object>;

export interface WireError extends Error {
  /** The database has understood the request and does not want it, as opposed to: nobody knows what became of it. */
  readonly isRefusal: boolean;
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

const CONNECTIONS = 64;
/** The embedded database checks that there is a signature, not what it says. */
const SIGNATURE = [
  'content-type: application/x-amz-json-1.0',
  'x-amz-date: 20260101T000000Z',
  'authorization: AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
].join('\r\n');

/** DynamoDB's JSON protocol over kept-alive connections to a database on this machine. */
export const openWire = (endpoint: string): { post: Post; close(): Promise<void> } => {
  const { hostname, port, host } = new URL(endpoint);
  const open = new Set<WireSocket>();
  /** Used last, used next: what has rested long is what may have been closed. */
  const idle: WireSocket[] = [];
  const queue: ((socket: WireSocket) => void)[] = [];

  const add = (): WireSocket => {
    const socket = openWireSocket(hostname, Number(port), () => {
      open.delete(socket);
      const at = idle.indexOf(socket);
      if (at >= 0) idle.splice(at, 1);
      if (queue.length > 0) queue.shift()?.(add());
    });
    open.add(socket);
    return socket;
  };
  const take = (): Promise<WireSocket> | WireSocket => {
    const rested = idle.pop();
    if (rested) return rested;
    if (open.size < CONNECTIONS) return add();
    return new Promise((resolve) => queue.push(resolve));
  };
  const release = (socket: WireSocket): void => {
    if (!open.has(socket)) return;
    const next = queue.shift();
    if (next) next(socket);
    else idle.push(socket);
  };

  const post: Post = async (operation, body) => {
    const socket = await take();
    const head = `POST / HTTP/1.1\r\nhost: ${host}\r\n${SIGNATURE}\r\nx-amz-target: DynamoDB_20120810.${operation}\r\n`;
    const { status, text } = await socket.ask(head, body).finally(() => release(socket));
    const answer = JSON.parse(text || '{}');
    if (status >= 400) throw refusal(answer, status);
    return answer;
  };
  return {
    post,
    close: async () => {
      for (const socket of open) socket.close();
    },
  };
};

/** Named as the SDK names it: `…#ConditionalCheckFailedException` without what stands before. */
const refusal = (
  answer: {
    __type?: string;
    message?: string;
    Message?: string;
    Item?: object;
    CancellationReasons?: object;
  },
  status: number,
): Error => {
  const error = new Error(answer.message ?? answer.Message ?? `The database answered ${status}.`);
  error.name =
    answer.__type?.split('#').at(-1) ?? (status >= 500 ? 'NetworkingError' : 'ValidationException');
  const { Item, CancellationReasons } = answer;
  return Object.assign(error, {
    $metadata: { httpStatusCode: status },
    isRefusal: status < 500,
    Item,
    CancellationReasons,
  });
};
