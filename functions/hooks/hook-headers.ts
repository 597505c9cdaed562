import type { Middleware } from '../../shared/http/middleware.ts';

/** No page of a workflow may act as this host, and no answer is taken for another type than it says. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const NO_PAGES = 'sandbox';

/** Our own page behind a link: a form without scripts, that nobody can frame. */
export const RESUME_POLICY =
  "sandbox allow-forms; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** On every answer, whatever the workflow says. */
export const hookHeaders = (policy: string = NO_PAGES): Middleware => {
  const add: Middleware['after'] = ({ event: exchange, response }) => {
    if (!response) return;
    response.headers = {
      'cache-control': 'no-store',
      ...response.headers,
      ...exchange.answerHeaders,
      ...HEADERS,
      'content-security-policy': policy,
      'x-request-id': exchange.requestId,
    };
  };
  return { after: add, onError: add };
};
