import { endSession } from '../../shared/auth/end-session.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { deleteSession } from '../../shared/contracts/auth.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const removeSession = defineHandler(deleteSession, async ({ params, caller, platform }) => {
  const sessions = await platform.stores.sessions.list(caller.userId);
  if (!sessions.some(({ familyId }) => familyId === params.sessionId)) throw notFound('session');
  await endSession(platform, caller.userId, params.sessionId);
  return undefined;
});
