import type { ChildInstance } from '../../infra/local/child-instance.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** Calls the API as a signed-in admin. */
export interface ApiClient {
  /** `key` is sent as Idempotency-Key. */
  call(method: string, path: string, body?: unknown, key?: string): Promise<Answer>;
}

export const ADMIN = { username: 'admin', email: 'admin@example.com', password: 'correct horse battery 1' };

export const request = async (url: string, init: RequestInit = {}): Promise<Answer> => {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    body: isJson && text !== '' ? JSON.parse(text) : text,
  };
};

export const json = (method: string, body: unknown, token?: string): RequestInit => ({
  method,
  headers: {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/** Makes the admin if there is none yet, and signs in. */
export const signIn = async (instance: ChildInstance): Promise<ApiClient> => {
  const base = `${instance.apiUrl}/api/v1`;
  const setup = await request(`${base}/setup`);
  if (!setup.body.done) {
    const made = await request(`${base}/setup`, json('POST', { token: instance.setupToken, ...ADMIN }));
    if (made.status !== 201) throw new Error(`Set-up failed: ${JSON.stringify(made.body)}`);
  }
  const { username, password } = ADMIN;
  const session = await request(`${base}/auth/login`, json('POST', { username, password }));
  if (session.status !== 200) throw new Error(`Login failed: ${JSON.stringify(session.body)}`);
  return {
    call: (method, path, body, key) => {
      const init = json(method, body, session.body.accessToken);
      const headers = { ...init.headers, ...(key === undefined ? {} : { 'idempotency-key': key }) };
      return request(base + path, { ...init, headers });
    },
  };
};
