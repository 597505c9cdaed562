import type { Middleware } from '../../shared/http/middleware.ts';

/** No page of a workflow may act as this host, and no answer is taken for another type than it says. */
const HEADERS = {
  'content-security-policy': 'sandbox',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** On every answer, whatever the workflow says. */
export const hookHeaders = (): Middleware => {
  const add: Middleware['after'] = ({ event: exchange, response }) => {
    if (!response) return;
    response.headers = {
      'cache-control': 'no-store',
      ...exchange.answerHeaders,
      ...response.headers,
      ...HEADERS,
      'x-request-id': exchange.requestId,
    };
  };
  return { after: add, onError: add };
};
