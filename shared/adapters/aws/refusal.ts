import { AppError } from '../../errors.ts';

const PASSING = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'LimitExceededException',
  'KMSInternalException',
  'DependencyTimeoutException',
  'InternalFailure',
  'InternalServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  'RequestTimeout',
  'NetworkingError',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
]);

interface ServiceError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** The name of an error of AWS, or of the system below it; empty for anything else. */
export const refusalName = (error: unknown): string => {
  if (!(error instanceof Error)) return '';
  const { code, name }: ServiceError = error;
  return typeof code === 'string' ? code : name;
};

/** Whether the same call may do later: a limit was reached, or the service is away. */
export const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const status = (error as ServiceError).$metadata?.httpStatusCode ?? 0;
  return PASSING.has(refusalName(error)) || PASSING.has(error.name) || status === 429 || status >= 500;
};

/**
 * Asks a service of AWS. What passes becomes `service.unavailable`, after the SDK has tried again; anything else, like a
 * missing permission, is a fault of the deployment and goes on as AWS has put it.
 */
export const ask = async <T>(service: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (!isPassing(error)) throw error;
    const detail = `${service} did not answer, or its limit is reached; try again.`;
    throw new AppError('service.unavailable', detail, { retryAfter: 1, cause: error });
  }
};
