import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '../../../engine/item.ts';

/** A request as the SDK has sent it. */
export interface AwsRequest {
  readonly method: string;
  /** As it came, encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface AwsReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A service of AWS by its wire protocol. Undefined: it knows no such operation. */
export type AwsService = (request: AwsRequest) => AwsReply | undefined | Promise<AwsReply | undefined>;

export const json = (value: Json): AwsReply => ({
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(value),
});

/** A refusal in the JSON protocols. */
export const refusal = (name: string, message: string, status = 400): AwsReply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': name },
  body: JSON.stringify({ __type: name, message }),
});

export const xml = (body: string, status = 200): AwsReply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What the JSON protocols call: `AmazonSQS.SendMessage` without the service. */
export const actionOf = ({ headers }: AwsRequest): string =>
  String(headers['x-amz-target']).replace(/^.*\./, '');
