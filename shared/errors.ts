/** One problem of a request or a definition, with a JSON pointer to where it stands. */
export interface Problem {
  readonly pointer: string;
  /** Where the pointer begins; the body when missing. */
  readonly in?: 'path' | 'query' | 'header';
  readonly message: string;
  readonly code?: string;
  readonly nodeId?: string;
}

/** Every code the API answers with: its status and its title (RFC 9457). A new error is a new line here. */
const CODES = {
  'request.invalid': [400, 'The request does not fit the contract'],
  'request.malformed': [400, 'The request body is not valid JSON'],
  'request.cursor': [400, 'The cursor is not valid for this list'],
  'request.tooLarge': [413, 'The request is too large'],
  'request.mediaType': [415, 'The body must be application/json'],
  'route.notFound': [404, 'There is no such route'],
  'route.methodNotAllowed': [405, 'This route does not take that method'],
  'auth.required': [401, 'Sign in first'],
  'auth.invalid': [401, 'The credentials are not valid'],
  'auth.expired': [401, 'The session has ended'],
  'auth.forbidden': [403, 'This needs another role or scope'],
  'auth.tooManyAttempts': [429, 'Too many attempts'],
  'setup.done': [409, 'The set-up has been done'],
  'setup.token': [401, 'The set-up token is not valid'],
  'resource.notFound': [404, 'Not found'],
  'resource.conflict': [409, 'The resource is not in a state that allows this'],
  'resource.duplicate': [409, 'The name is taken'],
  'resource.changed': [412, 'The resource was changed by somebody else'],
  'idempotency.mismatch': [409, 'The Idempotency-Key was used for another request'],
  'workflow.invalid': [422, 'The definition is not valid'],
  'node.invalid': [422, 'The node type is not valid'],
  'workflow.notPublished': [409, 'The workflow is not published'],
  'workflow.failed': [500, 'The workflow failed'],
  'execution.cannotRetry': [409, 'The execution cannot be retried in this way'],
  'execution.tooManyHops': [508, 'Too many workflows have started one another'],
  'webhook.notFound': [404, 'There is no such webhook'],
  'webhook.unauthorized': [401, 'The webhook does not know the sender'],
  'webhook.forbidden': [403, 'The webhook takes no calls from this address'],
  'webhook.tooManyCalls': [429, 'The webhook takes no more calls for now'],
  'webhook.filterFailed': [500, 'An expression of the webhook failed'],
  'credential.unreadable': [409, 'The credential cannot be decrypted'],
  'resume.notFound': [404, 'There is no such link'],
  'resume.answered': [409, 'It has been answered'],
  'resume.ended': [410, 'Nothing waits for this any more'],
  'oauth.state': [400, 'The authorization cannot be completed'],
  'oauth.denied': [400, 'The authorization was denied'],
  'oauth.failed': [424, 'The authorization server did not grant a token'],
  'quota.exceeded': [429, 'A quota is used up'],
  'platform.held': [503, 'The platform is held'],
  'storage.full': [507, 'There is no room left on the disk'],
  'storage.unavailable': [503, 'The database cannot be reached'],
  'service.unavailable': [503, 'A service of AWS cannot be reached'],
  internal: [500, 'Something went wrong on our side'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ErrorCode = keyof typeof CODES;
export const ERROR_CODES = Object.keys(CODES) as readonly ErrorCode[];

interface AppErrorOptions {
  errors?: readonly Problem[];
  /** Seconds; becomes the Retry-After header. */
  retryAfter?: number;
  cause?: unknown;
}

/** Thrown anywhere above the engine; the HTTP stack turns it into problem+json. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly errors: readonly Problem[];
  readonly retryAfter: number | undefined;

  /** `detail` says what was expected, what came and what to do. */
  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return CODES[this.code][0];
  }

  get title(): string {
    return CODES[this.code][1];
  }
}

export const statusOf = (code: ErrorCode): number => CODES[code][0];
