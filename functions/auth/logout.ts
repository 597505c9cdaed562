import { endSession } from '../../shared/auth/end-session.ts';
import { logout as contract } from '../../shared/contracts/auth.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const logout = defineHandler(contract, async ({ body, caller, platform }) => {
  const { sessions, users } = platform.stores;
  if (!body.everywhere) {
    await endSession(platform, caller.userId, caller.credentialId);
    return undefined;
  }
  await sessions.revokeAllOf(caller.userId);
  // Ends the access tokens too, all at once.
  await users.update(caller.userId, { securityStamp: platform.random.id() });
  return undefined;
});
