import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What an API key may be allowed; a session has all that its role has. */
export const SCOPES = [
  'workflow:read',
  'workflow:write',
  'workflow:publish',
  'workflow:run',
  'execution:read',
  'execution:write',
  'credential:read',
  'credential:write',
  'variable:read',
  'variable:write',
  'event:write',
  'catalogue:read',
  'catalogue:write',
  'ai:use',
  'user:read',
  'user:write',
  'key:read',
  'key:write',
  'operations:read',
  'operations:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** `public`: no caller. `session`: a signed-in person, not a key. `user` and `admin`: session or key with the scope. */
export type Access =
  | { readonly who: 'public' }
  | { readonly who: 'session' }
  | { readonly who: 'user' | 'admin'; readonly scope: Scope };

/**
 * One operation of the API. From this come its validation, the local server's and API Gateway's route, its entry in
 * the OpenAPI document and its row in the authorization tests. Paths are without the base `/api/v1`.
 */
export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
  Who extends Access = Access,
> {
  /** Unique; the OpenAPI operationId and the handler's name. */
  readonly id: string;
  readonly method: Method;
  readonly path: `/${string}`;
  readonly access: Who;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response?: Response;
  /** Status of success; 204 has no response schema. */
  readonly status: number;
  /** A second status of success, when the operation has two ends. */
  readonly alternativeStatus?: number;
  /** Served at the root of the origin as well as under the base path: what people look for without knowing the API. */
  readonly root?: true;
  /** Media type of the answer when it is not JSON; its body is then text. */
  readonly mediaType?: string;
  /** Answers carry an ETag; requests that change something may send it as If-Match. */
  readonly concurrency?: 'etag';
  /** Takes an Idempotency-Key: a repeat gets the first answer. */
  readonly idempotent?: boolean;
  readonly errors: readonly ErrorCode[];
}

/** Keeps the types of a route's schemas for its handler. */
export const route = <
  const Who extends Access,
  Params extends z.ZodType = z.ZodType<undefined>,
  Query extends z.ZodType = z.ZodType<undefined>,
  Body extends z.ZodType = z.ZodType<undefined>,
  Response extends z.ZodType = z.ZodType<undefined>,
>(
  written: Route<Params, Query, Body, Response, Who>,
): Route<Params, Query, Body, Response, Who> => written;
