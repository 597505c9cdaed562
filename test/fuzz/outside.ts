import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** All that instances call while they are tried: a model, an authorization server, and an API that takes everything. */
export interface Outside {
  readonly origin: string;
  readonly host: string;
  close(): void;
}

const ANSWERS: Readonly<Record<string, object>> = {
  '/v1/chat/completions': {
    choices: [{ index: 0, message: { role: 'assistant', content: 'ready' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  },
  '/token': { access_token: 'access', token_type: 'Bearer', expires_in: 3_600, refresh_token: 'refresh' },
};

export const startOutside = async (): Promise<Outside> => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(ANSWERS[request.url ?? ''] ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
