import type { JsonObject } from '../../../engine/item.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is: also what is no JSON. */
  readonly body: JsonObject | string | Uint8Array;
}

export interface Asked {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** Null: never. */
export type Respond = (asked: Asked) => Reply | null | Promise<Reply | null>;
