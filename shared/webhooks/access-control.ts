import type { HookSettings, WebhookRecord } from '../store/webhook-row.ts';

const HEADER_NAMES = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+(\s*,\s*[A-Za-z0-9!#$%&'*+.^_`|~-]+){0,49}$/;

/** As much of a webhook as browsers ask about. */
export interface CrossOriginRoute {
  readonly method: WebhookRecord['method'];
  readonly settings: Pick<HookSettings, 'allowedOrigins'>;
}

/** What tells a browser that a page of another site may read the answer. Never with credentials: all hooks share one host. */
export const corsHeaders = (
  { settings: { allowedOrigins } }: Pick<CrossOriginRoute, 'settings'>,
  origin: string | undefined,
): Record<string, string> => {
  if (allowedOrigins.length === 0) return {};
  if (allowedOrigins.includes('*')) return { 'access-control-allow-origin': '*' };
  const allowed = origin !== undefined && allowedOrigins.includes(origin);
  return { vary: 'origin', ...(allowed ? { 'access-control-allow-origin': origin } : {}) };
};

/** The answer to a browser that asks before it calls, for the method it asks about. */
export const preflightHeaders = (
  routes: readonly CrossOriginRoute[],
  asked: {
    readonly origin: string | undefined;
    readonly method: string | undefined;
    readonly headers: string | undefined;
  },
): Record<string, string> => {
  const route = routes.find(({ method }) => method === asked.method);
  if (!route) return {};
  const allowed = corsHeaders(route, asked.origin);
  if (!allowed['access-control-allow-origin']) return allowed;
  const headers = asked.headers !== undefined && HEADER_NAMES.test(asked.headers) ? asked.headers : null;
  return {
    ...allowed,
    'access-control-allow-methods': routes.map(({ method }) => method).join(', '),
    ...(headers === null ? {} : { 'access-control-allow-headers': headers }),
    'access-control-max-age': '600',
  };
};
