import type { Caller } from '../../shared/auth/caller.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { SCOPES, type Scope } from '../../shared/contracts/route.ts';
import { AppError } from '../../shared/errors.ts';

/** What only an admin's key may hold: what is of no use to anybody else. */
const ADMIN_SCOPES: readonly Scope[] = SCOPES.filter(
  (scope) => !ROUTES.some(({ access }) => access.who === 'user' && access.scope === scope),
);

/** A key gets no more than its maker's role has, and a key made by a key no more than that key. */
export const refuseScopes = (caller: Caller, scopes: readonly Scope[]): void => {
  const errors = scopes.flatMap((scope, index) =>
    mayGrant(caller, scope) ? [] : [{ pointer: `/scopes/${index}`, message: 'is more than you may give' }],
  );
  if (errors.length > 0) throw new AppError('auth.forbidden', 'A key may do no more than you.', { errors });
};

const mayGrant = (caller: Caller, scope: Scope): boolean =>
  (caller.role === 'admin' || !ADMIN_SCOPES.includes(scope)) &&
  (caller.scopes === 'all' || caller.scopes.includes(scope));
