import { ROUTES } from '../../shared/contracts/api.ts';
import type { OpenApi, Operation } from '../../shared/contracts/openapi-document.ts';
import { fullPaths } from '../../shared/contracts/paths.ts';
import { audience } from './audience.ts';

/** An operation as readers are told of it. */
export interface Described {
  readonly id: string;
  /** Several where they do the same. */
  readonly methods: readonly string[];
  readonly path: string;
  readonly origin: string;
  readonly audience: string;
  readonly isPublic: boolean;
  /** More than the summary says; null where that says it all. */
  readonly note: string | null;
  readonly operation: Operation;
}

/** Every operation of a document by its resource; those of the API first, then those on the host of webhooks. */
export const describedIn = (document: OpenApi): ReadonlyMap<string, readonly Described[]> =>
  Map.groupBy([...ofApi(document), ...ofHooksHost(document)], ({ operation }) => operation.tags[0] ?? '');

const ofApi = (document: OpenApi): Described[] => {
  const origin = document.servers[0]?.url.replace(/\/api\/v1$/, '') ?? '';
  return ROUTES.map((route) => {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    if (!operation) throw new Error(`${route.id} is missing in the OpenAPI document.`);
    return {
      id: route.id,
      methods: [route.method],
      path: fullPaths(route)[0] ?? route.path,
      origin,
      audience: audience(route.access),
      isPublic: route.access.who === 'public',
      note: null,
      operation,
    };
  });
};

const ofHooksHost = (document: OpenApi): Described[] => {
  const ours = new Set<string>(ROUTES.map(({ path }) => path));
  return Object.entries(document.paths)
    .filter(([path]) => !ours.has(path))
    .flatMap(([path, operations]) =>
      [...Map.groupBy(Object.entries(operations), ([, { summary }]) => summary).values()].flatMap((same) => {
        const [, operation] = same.find(([, { requestBody }]) => requestBody) ?? same[0] ?? [];
        if (!operation) return [];
        return {
          id: operation.operationId,
          methods: same.map(([method]) => method.toUpperCase()),
          path,
          origin: operation.servers?.[0]?.url ?? '',
          audience: 'For everybody, at the address of webhooks.',
          isPublic: true,
          note: operation.description ?? null,
          operation,
        };
      }),
    );
};
