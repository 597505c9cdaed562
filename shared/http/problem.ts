import { NodeError } from '../../engine/errors.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import type { Platform } from '../platform.ts';
import type { Exchange } from './exchange.ts';
import type { Middleware } from './middleware.ts';

/** Where `type` points: each code has its line on the docs page. */
const typeOf = (code: string): string => `/docs#error-${code}`;

/** Whatever was thrown, as problem+json (RFC 9457). What is not an AppError says nothing but the request id. */
export const problems = (platform: Platform): Middleware => ({
  onError: (request) => {
    const { event: exchange, error } = request;
    const known = asAppError(error, exchange);
    if (known.status >= 500 || known !== error) logFailure(platform, exchange, known);
    request.response = {
      statusCode: known.status,
      headers: { 'content-type': 'application/problem+json', ...headersOf(known) },
      body: JSON.stringify({
        type: typeOf(known.code),
        title: known.title,
        status: known.status,
        detail: known.message,
        instance: `urn:stepwell:request:${exchange.requestId}`,
        code: known.code,
        ...(known.errors.length > 0 ? { errors: known.errors } : {}),
        requestId: exchange.requestId,
      }),
    };
  },
});

/** What an execution has put aside goes before its row does: whoever reads it meanwhile comes too late. */
const asAppError = (error: unknown, { requestId }: Exchange): AppError => {
  if (error instanceof AppError) return error;
  if (error instanceof NodeError && error.code === 'payload.missing')
    return new AppError('resource.notFound', 'It has been removed meanwhile.', { cause: error });
  return new AppError('internal', `Report this with the request id ${requestId}.`, { cause: error });
};

const headersOf = (error: AppError): Record<string, string> => ({
  ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) }),
  ...(error.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
});

/** What somebody has made or wants so; nothing that an operator has to look at. */
const NO_FAULT_OF_OURS: ReadonlySet<ErrorCode> = new Set([
  'workflow.failed',
  'webhook.filterFailed',
  'execution.tooManyHops',
  'platform.held',
]);

const levelOf = ({ code, status }: AppError): string => {
  if (NO_FAULT_OF_OURS.has(code)) return 'info';
  return status < 500 ? 'warn' : 'error';
};

const logFailure = (platform: Platform, exchange: Exchange, error: AppError): void => {
  const thrown = error.cause ?? error;
  platform.log({
    level: levelOf(error),
    message: 'request failed',
    requestId: exchange.requestId,
    code: error.code,
    error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  });
};
