import { listSessions as contract } from '../../shared/contracts/auth.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';

export const listSessions = defineHandler(contract, async ({ caller, platform }) => {
  const sessions = await platform.stores.sessions.list(caller.userId);
  return {
    body: {
      data: sessions.map(({ familyId, ...columns }) => ({
        ...columns,
        id: familyId,
        isCurrent: familyId === caller.credentialId,
      })),
    },
  };
});
