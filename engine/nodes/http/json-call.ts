import { authenticate } from '../../credentials/authenticate.ts';
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
  readonly timeoutSeconds: number;
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
  { url, headers = {}, sent, credential, timeoutSeconds }: JsonCall,
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
    signal,
  };
  const answer = await ports.http.stream(credential ? authenticate(request, credential) : request);
  if (answer.status === 429 || answer.status >= 500) throw await statusError(answer, ports.clock.now());
  const asked = { format: 'text', maxBytes: MAX_ANSWER_BYTES, fileName: undefined } as const;
  const read = await readAnswer(answer, asked, files);
  return { status: read.status, headers: read.headers, body: jsonOrText(String(read.body)) };
};

const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

const jsonOrText = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
