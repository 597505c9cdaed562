import type { Middleware } from './middleware.ts';

/** Answers are data for programs: no page may frame them, sniff them or keep them. */
const HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** On every answer, errors too. What a handler sets itself stands. */
export const securityHeaders = (): Middleware => {
  const add: Middleware['after'] = ({ event: exchange, response }) => {
    if (!response) return;
    response.headers = {
      ...HEADERS,
      'x-request-id': exchange.requestId,
      ...exchange.answerHeaders,
      ...response.headers,
    };
  };
  return { after: add, onError: add };
};
