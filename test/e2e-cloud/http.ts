import { readFileSync } from 'node:fs';
import { request } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: the drive looks into answers of every shape
  readonly body: any;
}

export interface Call {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Sent {
  readonly method: string;
  readonly url: string;
  /** File of the certificate that the emulator must show. */
  readonly ca: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

const PATIENCE_MILLISECONDS = 60_000;

/**
 * One request to the emulator. Not every machine can look up the host names of its APIs: the connection goes to this machine
 * and the name into the Host header, as behind a load balancer.
 */
export const send = (sent: Sent): Promise<{ status: number; headers: Answer['headers']; text: string }> =>
  new Promise((resolve, reject) => {
    const url = new URL(sent.url);
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: url.port,
        servername: 'localhost',
        ca: readFileSync(sent.ca),
        method: sent.method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...sent.headers },
        signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(sent.body);
  });

/** A request with JSON to one of the deployed APIs. */
export const callGateway = async (
  ca: string,
  method: string,
  url: string,
  call: Call = {},
): Promise<Answer> => {
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const { status, headers, text } = await send({
    method,
    url,
    ca,
    headers: { ...type, ...call.headers },
    body,
  });
  return { status, headers, body: parsed(text) };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
