import type { Caller } from '../../shared/auth/caller.ts';
import { SCOPES, type Scope } from '../../shared/contracts/route.ts';
import { AppError } from '../../shared/errors.ts';
import { once } from '../../shared/once.ts';
import type { Platform } from '../../shared/platform.ts';

/** What only an admin's key may hold: what is of no use to anybody else. The whole contract is read when it is first asked for. */
const adminScopes = once(async (): Promise<readonly Scope[]> => {
  const { ROUTES } = await import('../../shared/contracts/api.ts');
  return SCOPES.filter(
    (scope) => !ROUTES.some(({ access }) => access.who === 'user' && access.scope === scope),
  );
});

/** A key gets no more than its maker's role has, and a key made by a key no more than that key. */
export const refuseScopes = async (caller: Caller, scopes: readonly Scope[]): Promise<void> => {
  const forAdmins = await adminScopes();
  const mayGrant = (scope: Scope): boolean =>
    (caller.role === 'admin' || !forAdmins.includes(scope)) &&
    (caller.scopes === 'all' || caller.scopes.includes(scope));
  const errors = scopes.flatMap((scope, index) =>
    mayGrant(scope) ? [] : [{ pointer: `/scopes/${index}`, message: 'is more than you may give' }],
  );
  if (errors.length > 0) throw new AppError('auth.forbidden', 'A key may do no more than you.', { errors });
};

/** Throws for a key that would outlive the one it is made by: whoever has got hold of that for a while must not have it for ever. */
export const refuseLonger = async (
  { stores }: Platform,
  caller: Caller,
  expiresAt: string | null,
): Promise<void> => {
  const maker = caller.kind === 'key' ? await stores.apiKeys.get(caller.credentialId) : null;
  if (!maker || maker.expiresAt === null) return;
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.parse(maker.expiresAt)) return;
  throw new AppError('auth.forbidden', 'A key lives no longer than the key that makes it.', {
    errors: [{ pointer: '/expiresAt', message: `must be ${maker.expiresAt} at the latest` }],
  });
};
