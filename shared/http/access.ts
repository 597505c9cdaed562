import { authenticator } from '../auth/authenticate.ts';
import type { Caller } from '../auth/caller.ts';
import type { Access } from '../contracts/route.ts';
import { AppError } from '../errors.ts';
import type { Platform } from '../platform.ts';
import { handlerOf } from './exchange.ts';
import type { Middleware } from './middleware.ts';

/** Who calls, and whether the route is for them. Public routes look at no credentials, so that stale ones do no harm. */
export const access = (platform: Platform): Middleware => {
  const authenticate = authenticator(platform);
  return {
    before: async ({ event: exchange }) => {
      const { route } = handlerOf(exchange);
      if (route.access.who === 'public') return;
      exchange.caller = await authenticate(exchange.headers);
      const refusal = refusalOf(route.access, exchange.caller);
      if (refusal) throw new AppError('auth.forbidden', refusal);
    },
  };
};

const refusalOf = (asked: Access, caller: Caller): string | null => {
  if (asked.who === 'public') return null;
  if (asked.who === 'session')
    return caller.kind === 'session' ? null : 'This needs a session, not an API key.';
  if (asked.who === 'admin' && caller.role !== 'admin') return 'This needs the role admin.';
  if (caller.scopes === 'all' || caller.scopes.includes(asked.scope)) return null;
  return `This needs an API key with the scope ${asked.scope}.`;
};
