import type { z } from 'zod';
import type { Caller } from '../auth/caller.ts';
import type { Access, Route } from '../contracts/route.ts';
import type { IdPrefix } from '../ids.ts';
import type { Platform } from '../platform.ts';

/** What an operation gets: typed, validated, allowed. */
export interface HandlerRequest<Params, Query, Body, Who> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Who;
  readonly platform: Platform;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly requestId: string;
  /** The caller's network address, for rate limits. */
  readonly sourceIp: string;
  /** A new id; under an Idempotency-Key the one that a repeat of the request gets, too. `part` tells several apart. */
  readonly idOf: (prefix: IdPrefix, part?: string) => string;
  /** The revision If-Match names; null when there is no such header or it is `*`. */
  readonly ifMatch: number | null;
}

export interface HandlerAnswer<Body> {
  readonly body: Body;
  /** When it is not the route's. */
  readonly status?: number;
  /** The revision of what is answered; becomes `"<revision>"`. */
  readonly etag?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Values of Set-Cookie. */
  readonly cookies?: readonly string[];
}

/** `null` on public routes is the absence of a caller. */
type CallerOf<Who extends Access> = Who extends { readonly who: 'public' } ? null : Caller;

/** What is answered is only read: records with read-only lists will do. */
type Readable<T> = T extends readonly (infer Entry)[]
  ? readonly Readable<Entry>[]
  : T extends Uint8Array
    ? T
    : T extends object
      ? { readonly [Key in keyof T]: Readable<T[Key]> }
      : T;

type AnswerOf<Response extends z.ZodType> =
  undefined extends z.input<Response>
    ? HandlerAnswer<undefined> | undefined
    : HandlerAnswer<Readable<z.input<Response>>>;

/** A handler whose types are forgotten, as the stack sees it. */
export interface Handler {
  readonly route: Route;
  readonly handle: (
    request: HandlerRequest<unknown, unknown, unknown, Caller | null>,
  ) => Promise<HandlerAnswer<unknown> | undefined>;
}

/** Ties an operation to its route. The stack validates by the route, so the types hold at run time. */
export const defineHandler = <
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Response extends z.ZodType,
  Who extends Access,
>(
  route: Route<Params, Query, Body, Response, Who>,
  handle: (
    request: HandlerRequest<z.output<Params>, z.output<Query>, z.output<Body>, CallerOf<Who>>,
  ) => Promise<AnswerOf<Response>>,
): Handler => ({ route, handle: handle as Handler['handle'] });
