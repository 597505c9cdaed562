import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RESOURCES, routesOf } from '../../infra/resources.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import type { Handler } from '../../shared/http/define-handler.ts';

const FUNCTIONS = resolve(import.meta.dirname, '../../functions');

const handlersOf = async (name: string): Promise<readonly Handler[]> => {
  const loaded: Record<string, unknown> = await import(
    pathToFileURL(join(FUNCTIONS, name, 'handlers.ts')).href
  );
  return Object.values(loaded).filter(Array.isArray).flat();
};

describe('the functions of the API', () => {
  it('serve each route of the route table once', () => {
    const served = RESOURCES.flatMap((resource) => routesOf(resource).map(({ id }) => id));

    expect(served.toSorted()).toEqual(ROUTES.map(({ id }) => id).toSorted());
  });

  it.each(RESOURCES)('$name has the handlers of its routes', async (resource) => {
    const handled = (await handlersOf(resource.name)).map(({ route }) => route.id);

    expect(handled.toSorted()).toEqual(
      routesOf(resource)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});
