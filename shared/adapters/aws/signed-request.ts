import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from '../../../engine/ports.ts';
import type { AwsIdentity } from './node-identity.ts';

/** What a signature must not depend on: the client sets it, or leaves it out. */
const UNSIGNED = new Set(['content-length', 'user-agent', 'accept']);

/** The same request with Signature Version 4 in its headers; its body must be whole. */
export const signRequest = async (
  request: HttpRequest,
  service: string,
  { region, credentials }: AwsIdentity,
  at: Date,
): Promise<HttpRequest> => {
  const [{ SignatureV4 }, { HttpRequest: Message }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/protocol-http'),
  ]);
  const url = new URL(request.url);
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) query[name] = url.searchParams.getAll(name);
  const signer = new SignatureV4({
    service,
    region,
    credentials,
    sha256: Sha256,
    // S3 takes paths as they are; all others want them encoded once more.
    uriEscapePath: service !== 's3',
    applyChecksum: true,
  });
  const message = new Message({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { ...request.headers, host: url.host },
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const signed = await signer.sign(message, { signingDate: at, unsignableHeaders: UNSIGNED });
  const { host: _host, ...headers } = signed.headers;
  return {
    ...request,
    headers,
    secretHeaders: [...(request.secretHeaders ?? []), 'authorization', 'x-amz-security-token'],
  };
};

/** What the signer asks of a hash. */
class Sha256 {
  readonly #secret: string | NodeJS.ArrayBufferView | null;
  #parts: (string | Uint8Array)[] = [];

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret =
      secret === undefined || typeof secret === 'string'
        ? (secret ?? null)
        : secret instanceof ArrayBuffer
          ? new Uint8Array(secret)
          : Buffer.from(secret.buffer, secret.byteOffset, secret.byteLength);
  }

  update(part: string | Uint8Array): void {
    this.#parts.push(part);
  }

  async digest(): Promise<Uint8Array> {
    const hash = this.#secret === null ? createHash('sha256') : createHmac('sha256', this.#secret);
    for (const part of this.#parts) hash.update(part);
    return hash.digest();
  }

  reset(): void {
    this.#parts = [];
  }
}
