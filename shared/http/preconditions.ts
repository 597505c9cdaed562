import { AppError } from '../errors.ts';
import { type Exchange, handlerOf } from './exchange.ts';

export const etagOf = (revision: number): string => `"${revision}"`;

/**
 * The revision If-Match asks for; null when any will do. What is not one strong tag of ours can match nothing
 * (RFC 9110 §13.1.1), so it is a lost update and no malformed request.
 */
export const ifMatchOf = (exchange: Exchange): number | null => {
  const { concurrency, errors } = handlerOf(exchange).route;
  // Where nothing is changed it means nothing.
  if (concurrency !== 'required' && !errors.includes('resource.changed')) return null;
  const header = exchange.headers['if-match']?.trim();
  if (header === undefined || header === '') {
    if (concurrency !== 'required') return null;
    throw new AppError('resource.ifMatchRequired', 'Send If-Match with the ETag you have read.');
  }
  if (header === '*') return null;
  const revision = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (revision === undefined) {
    throw new AppError('resource.changed', 'If-Match names no revision there is. Read the resource again.');
  }
  return Number(revision);
};
