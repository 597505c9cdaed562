import { type Answer, json, request } from '../e2e/api-client.ts';

/** A request that succeeds, of those that hardly any guess makes: what stands in its path, its query and its body. */
export interface Sample {
  readonly operation: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Primed {
  readonly samples: readonly Sample[];
  /** Every answer on the way. */
  readonly texts: readonly string[];
}

export type PrimingCaller = ReturnType<typeof callerOf>;

/** Calls as somebody, and keeps what is answered. Throws where a request fails. */
export const callerOf = (base: string, headers: Readonly<Record<string, string>>) => {
  const texts: string[] = [];
  const call = async (url: string, init: RequestInit): Promise<Answer['body']> => {
    const answer = await request(url.startsWith('/') ? `${base}${url}` : url, {
      ...init,
      headers: { ...init.headers, ...headers },
    });
    if (answer.status >= 400) throw new Error(`${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    texts.push(JSON.stringify(answer.body ?? null));
    return answer.body;
  };
  return {
    texts,
    make: (url: string, body: object = {}) => call(url, json('POST', body)),
    read: (url: string) => call(url, json('GET', undefined)),
    send: (url: string, mediaType: string, body: string) =>
      call(url, { method: 'POST', headers: { 'content-type': mediaType }, body }),
  };
};
