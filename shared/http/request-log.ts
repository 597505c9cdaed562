import type { Platform } from '../platform.ts';
import type { Exchange } from './exchange.ts';
import type { Middleware } from './middleware.ts';

/** One line per request: who asked for what and how it went. The route's id, not the path, as paths may hold anything. */
export const requestLog = (platform: Platform): Middleware => {
  const write = (exchange: Exchange, status: number | undefined) =>
    platform.log({
      level: 'info',
      message: 'request',
      requestId: exchange.requestId,
      method: exchange.method,
      route: exchange.handler?.route.id ?? null,
      status,
      ms: platform.clock.now() - exchange.startedAt,
      callerId: exchange.caller?.userId ?? null,
    });
  return {
    after: ({ event, response }) => write(event, response?.statusCode),
    onError: ({ event, response }) => write(event, response?.statusCode),
  };
};
