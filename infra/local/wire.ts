import { Agent, request } from 'node:http';

/** Sends the JSON input of a DynamoDB operation and answers its JSON output. Throws WireError. */
export type Post = (operation: string, body: string) => Promise<object>;

export interface WireError extends Error {
  /** The database has understood the request and does not want it, as opposed to: nobody knows what became of it. */
  readonly isRefusal: boolean;
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

const CONNECTIONS = 64;
/** The embedded database checks that there is a signature, not what it says. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

/** DynamoDB's JSON protocol over kept-alive connections to a database on this machine. */
export const openWire = (endpoint: string): { post: Post; close(): Promise<void> } => {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo' });
  const post: Post = async (operation, body) => {
    const { status, text } = await exchange({ agent, hostname, port }, operation, body);
    const answer = JSON.parse(text || '{}');
    if (status >= 400) throw refusal(answer, status);
    return answer;
  };
  return { post, close: async () => agent.destroy() };
};

interface Address {
  readonly agent: Agent;
  readonly hostname: string;
  readonly port: string;
}

/** Rejects with the error of the socket, whose code the store knows to try again. */
const exchange = (
  address: Address,
  operation: string,
  body: string,
): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const headers = {
      ...HEADERS,
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'content-length': Buffer.byteLength(body),
    };
    const call = request({ ...address, method: 'POST', path: '/', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('end', () => resolve({ status: answer.statusCode ?? 500, text }));
      answer.once('error', reject);
    });
    call.once('error', reject);
    call.end(body);
  });

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
