import type { HttpPort, HttpRequest } from '../../../engine/ports.ts';

/** Answers everything with an empty object, and remembers what it was asked. */
export const countingHttp = () => {
  const requests: HttpRequest[] = [];
  const answer = (request: HttpRequest) => {
    requests.push(request);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      url: request.url,
      bytes: Buffer.from('{}'),
    };
  };
  const port: HttpPort = {
    request: async (request) => {
      const { bytes, ...head } = answer(request);
      return { ...head, body: bytes };
    },
    stream: async (request) => {
      const { bytes, ...head } = answer(request);
      const body = (async function* () {
        yield bytes;
      })();
      return { ...head, body };
    },
  };
  const keyOf = ({ headers }: HttpRequest): string =>
    headers['idempotency-key'] ?? headers['Idempotency-Key'] ?? '';
  return {
    port,
    calls: () => requests.length,
    urls: () => requests.map(({ url }) => url),
    keys: () => requests.map(keyOf),
    keysOf: (url: string) => requests.filter((request) => request.url === url).map(keyOf),
  };
};
