import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Pool } from 'undici';
import { errorCode } from './start-error.ts';

/** What the store's hot path needs of a client: SDK commands in, SDK outputs out. */
export type CommandClient = Pick<DynamoDBClient, 'send'>;

const CONNECTIONS = 64;
/** The embedded database checks that there is a signature, not what it says. */
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20260101T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
};

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: object;
}

/**
 * Speaks DynamoDB's JSON protocol to a database on this machine and leaves out what only AWS needs: signatures, endpoint
 * rules, the middleware of each. That is a quarter of the SDK's time per call, and calls are what an execution costs.
 */
export const makeWireClient = (endpoint: string): CommandClient & { close(): Promise<void> } => {
  const pool = new Pool(endpoint, { connections: CONNECTIONS });
  const send = async (command: Command): Promise<unknown> => {
    const operation = command.constructor.name.replace(/Command$/, '');
    const { status, text } = await post(pool, operation, JSON.stringify(command.input, encodeBytes));
    const answer = JSON.parse(text || '{}');
    if (status >= 400) throw wireError(answer, status);
    return withBytes(answer);
  };
  return { send: send as CommandClient['send'], close: () => pool.close() };
};

const post = async (
  pool: Pool,
  operation: string,
  body: string,
): Promise<{ status: number; text: string }> => {
  const headers = { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  try {
    const answer = await pool.request({ path: '/', method: 'POST', headers, body });
    return { status: answer.statusCode, text: await answer.body.text() };
  } catch (error) {
    // The store tries again what the system or the SDK calls by these names; undici has names of its own.
    if (!errorCode(error)?.startsWith('UND_ERR_')) throw error;
    throw Object.assign(new Error('The connection to the database broke.', { cause: error }), {
      name: 'NetworkingError',
    });
  }
};

/** Bytes travel in base64. A Buffer has turned itself into a list of numbers by now, hence the look at its holder. */
function encodeBytes(this: unknown, key: string, value: unknown): unknown {
  if (key !== 'B') return value;
  const bytes: unknown = (this as { readonly B?: unknown }).B;
  if (!(bytes instanceof Uint8Array)) return value;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

type Attributes = Record<string, Attribute>;
interface Attribute {
  B?: string | Uint8Array;
  M?: Attributes;
  L?: Attribute[];
}

/** The parts of an answer that hold whole items. */
const withBytes = (answer: {
  Item?: Attributes;
  Attributes?: Attributes;
  Items?: Attributes[];
  Responses?: Record<string, Attributes[]>;
}): unknown => {
  const items = [answer.Item, answer.Attributes, answer.Items, ...Object.values(answer.Responses ?? {})];
  for (const item of items.flat()) if (item) decodeAll(Object.values(item));
  return answer;
};

const decodeAll = (attributes: readonly Attribute[]): void => {
  for (const attribute of attributes) {
    if (typeof attribute.B === 'string') attribute.B = Buffer.from(attribute.B, 'base64');
    else if (attribute.M) decodeAll(Object.values(attribute.M));
    else if (attribute.L) decodeAll(attribute.L);
  }
};

/** Named as the SDK names it: `…#ConditionalCheckFailedException` without what stands before. */
const wireError = (
  answer: { __type?: string; message?: string; Message?: string; Item?: Attributes },
  status: number,
): Error => {
  const error = new Error(answer.message ?? answer.Message ?? `The database answered ${status}.`);
  error.name =
    answer.__type?.split('#').at(-1) ?? (status >= 500 ? 'NetworkingError' : 'ValidationException');
  if (answer.Item) decodeAll(Object.values(answer.Item));
  return Object.assign(error, { $metadata: { httpStatusCode: status }, Item: answer.Item });
};
