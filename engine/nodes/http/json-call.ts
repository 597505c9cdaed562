import { authenticate } from '../../credentials/authenticate.ts';
import { NodeError } from '../../errors.ts';
import type { Json } from '../../item.ts';
import type { HttpRequest, ResolvedCredential } from '../../ports.ts';
import type { NodeCall } from '../define-node.ts';
import { readAnswer } from './answer.ts';
import { headersOf, type Scalar, urlOf } from './message.ts';
import { statusError } from './status-error.ts';

/** A POST to an API that speaks JSON, or takes a form and answers with JSON. */
export interface JsonCall {
  readonly url: string;
  readonly headers?: Readonly<Record<string, Scalar>>;
  readonly sent:
    | { readonly json: Json }
    | { readonly body: NonNullable<HttpRequest['body']>; readonly mediaType: string };
  readonly credential: ResolvedCredential | null;
  /** Where the call may go at most, when that does not come with `credential`. */
  readonly allowedHosts?: readonly string[];
  readonly timeoutSeconds: number;
  /** Seconds to wait, where a service says it in the body. */
  readonly retryAfter?: ((body: Json) => number | undefined) | undefined;
}

interface JsonAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

/**
 * Calls once and reads the answer, whatever its status: such APIs say in the body what is wrong. What is no JSON stays text.
 * Throws `http.…`; a status that may be another one a moment later, such as 429, throws as well.
 */
export const callJson = async (
  {
    ports,
    files,
    idempotencyKey,
    signal,
  }: Pick<NodeCall<unknown>, 'ports' | 'files' | 'idempotencyKey' | 'signal'>,
  { url, headers = {}, sent, credential, allowedHosts, timeoutSeconds, retryAfter }: JsonCall,
): Promise<JsonAnswer> => {
  const { body, mediaType } =
    'json' in sent ? { body: JSON.stringify(sent.json), mediaType: 'application/json' } : sent;
  const request: HttpRequest = {
    method: 'POST',
    url: urlOf(url, {}),
    headers: {
      accept: 'application/json',
      'content-type': mediaType,
      'idempotency-key': idempotencyKey,
      ...headersOf(headers),
    },
    body,
    maxRedirects: 5,
    timeoutMilliseconds: timeoutSeconds * 1_000,
    maxResponseBytes: MAX_ANSWER_BYTES,
    ...(allowedHosts && { allowedHosts }),
    signal,
  };
  const answer = await ports.http.stream(credential ? authenticate(request, credential) : request);
  if (isPassing(answer.status) && !retryAfter) throw await statusError(answer, ports.clock.now());
  const asked = { method: 'POST', format: 'text', maxBytes: MAX_ANSWER_BYTES, fileName: undefined } as const;
  const read = await readAnswer(answer, asked, files);
  const found = jsonOrText(String(read.body));
  if (isPassing(answer.status)) throw busy(answer.status, retryAfter?.(found), found);
  return { status: read.status, headers: read.headers, body: found };
};

const isPassing = (status: number): boolean => status === 429 || status >= 500;

const busy = (status: number, retryAfter: number | undefined, body: Json): NodeError =>
  new NodeError('http.status', `The server answered ${status}.`, {
    retryable: true,
    retryAfter,
    details: { status, body: JSON.stringify(body).slice(0, 500) },
  });

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const jsonOrText = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
