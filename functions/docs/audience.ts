import type { Access } from '../../shared/contracts/route.ts';

/** Who may call, in a sentence. */
export const audience = (access: Access): string => {
  if (access.who === 'public') return 'For everybody.';
  if (access.who === 'session') return 'For people who are signed in; not for API keys.';
  return `For ${access.who === 'admin' ? 'admins' : 'users'}; API keys need ${access.scope}.`;
};
