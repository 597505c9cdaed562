import type { Json } from './item.ts';

/** What a user and the journal see of a node's failure. Plain JSON. */
export interface NodeErrorData {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** Seconds to wait before the next attempt, when the other side said so. */
  readonly retryAfter?: number;
  /** Where in the node: a JSON pointer into its parameters, an item index, an HTTP status. */
  readonly details?: Json;
  readonly cause?: string;
}

interface NodeErrorOptions {
  retryable?: boolean;
  retryAfter?: number | undefined;
  details?: Json | undefined;
  cause?: unknown;
}

/** The one error a node throws on purpose; it answers what the interpreter needs to know. */
export class NodeError extends Error {
  override readonly name = 'NodeError';
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfter: number | undefined;
  readonly details: Json | undefined;

  /** `code` is dotted, the area first: `http.timeout`, `expression.limit`, `node.threw`. */
  constructor(code: string, message: string, options: NodeErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfter = options.retryAfter;
    this.details = options.details;
  }

  toData(): NodeErrorData {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.retryAfter === undefined ? {} : { retryAfter: this.retryAfter }),
      ...(this.details === undefined ? {} : { details: this.details }),
      ...(this.cause instanceof Error ? { cause: this.cause.message } : {}),
    };
  }

  /** Anything thrown, as a NodeError: a node that throws a string or `undefined` is still a failed node. */
  static from(thrown: unknown): NodeError {
    if (thrown instanceof NodeError) return thrown;
    const message = thrown instanceof Error ? thrown.message : `The node threw ${describe(thrown)}.`;
    return new NodeError('node.threw', message, { cause: thrown });
  }
}

const describe = (thrown: unknown): string => {
  try {
    return typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
};
