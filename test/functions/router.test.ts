import { expect, it } from 'vitest';
import { allHandlers } from '../../functions/router.ts';
import { ROUTES } from '../../shared/contracts/api.ts';

it('has one handler for every route and none besides', () => {
  expect(allHandlers.map(({ route }) => route.id).sort()).toEqual(ROUTES.map(({ id }) => id).sort());
});
