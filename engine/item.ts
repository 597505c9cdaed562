/** A JSON value: what nodes exchange, parameters hold and the journal records. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** One piece of data on its way through a workflow. Binary data is only ever referred to. */
export interface Item {
  readonly json: JsonObject;
  readonly binary?: Readonly<Record<string, BinaryRef>>;
}

/** A file kept in the payload store. `size` is in bytes, `sha256` in hex. */
export interface BinaryRef {
  readonly ref: string;
  readonly fileName?: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256?: string;
}

/** Items by output port. A port that is missing or empty activates nothing. */
export type PortItems = Readonly<Record<string, readonly Item[]>>;

/** The port a node has unless its type says otherwise. */
export const MAIN_PORT = 'main';
/** The extra output port of a node whose `onError` is `branch`. */
export const ERROR_PORT = 'error';
