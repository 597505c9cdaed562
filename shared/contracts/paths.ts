import type { Route } from './route.ts';

export const BASE_PATH = '/api/v1';

/** Where a route is served; the first is the one to show. */
export const fullPaths = (route: Route): readonly string[] =>
  route.root ? [route.path, `${BASE_PATH}${route.path}`] : [`${BASE_PATH}${route.path}`];
