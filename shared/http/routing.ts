import { BASE_PATH, fullPaths } from '../contracts/paths.ts';
import { AppError } from '../errors.ts';
import type { Handler } from './define-handler.ts';
import type { Exchange } from './exchange.ts';
import type { Middleware } from './middleware.ts';
import { compilePaths } from './path-matcher.ts';

/** Finds the handler: by the gateway's route key, which it has matched already, or by method and path. */
export const routing = (handlers: readonly Handler[]): Middleware => {
  const entries = handlers.flatMap((handler) =>
    fullPaths(handler.route).map((path) => ({ method: handler.route.method, path, value: handler })),
  );
  const byRouteKey = new Map(entries.map(({ method, path, value }) => [`${method} ${path}`, value]));
  const match = compilePaths(entries);
  return {
    before: ({ event: exchange }) => {
      const known = byRouteKey.get(exchange.event.routeKey);
      if (known) {
        exchange.handler = known;
        exchange.params = exchange.event.pathParameters ?? {};
        return;
      }
      route(exchange, match(exchange.method, exchange.path));
    },
  };
};

const route = (exchange: Exchange, match: ReturnType<ReturnType<typeof compilePaths<Handler>>>): void => {
  if (match.kind === 'found') {
    exchange.handler = match.value;
    exchange.params = match.params;
    return;
  }
  if (match.kind === 'otherMethod') {
    exchange.answerHeaders.allow = match.allowed.join(', ');
    throw new AppError('route.methodNotAllowed', `This path takes ${match.allowed.join(', ')}.`);
  }
  throw new AppError(
    'route.notFound',
    `Nothing is served under this path. The API's paths begin with ${BASE_PATH}; see /docs.`,
  );
};
