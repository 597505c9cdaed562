import { expect, it } from 'vitest';
import { ROUTES } from '../../shared/contracts/api.ts';

/** What is open to strangers. Only `setUp`, `login` and `refresh` give anybody a session. */
const OPEN = ['finishOAuth', 'getDocs', 'getHealth', 'getOpenApi', 'getSetup', 'login', 'refresh', 'setUp'];

/** Whoever adds a way to sign in has to think of what another's word is worth. */
it('AC-08 people sign in with their password, and on the word of nobody else', () => {
  const open = ROUTES.filter(({ access }) => access.who === 'public').map(({ id }) => id);

  expect(open.sort()).toEqual(OPEN);
});
