import { AppError } from '../errors.ts';
import { type Exchange, handlerOf } from './exchange.ts';

/** Before something is removed. Throws `resource.changed` where it is no longer what was read. */
export const refuseChanged = (what: string, revision: number, ifMatch: number | null): void => {
  if (ifMatch !== null && ifMatch !== revision)
    throw new AppError('resource.changed', `The ${what} was changed meanwhile. Read it again.`);
};

export const etagOf = (revision: number): string => `"${revision}"`;

/**
 * The revision If-Match asks for; null when any will do. What is not one strong tag of ours can match nothing
 * (RFC 9110 §13.1.1), so it is a lost update and no malformed request.
 */
export const ifMatchOf = (exchange: Exchange): number | null => {
  const { errors } = handlerOf(exchange).route;
  // Where nothing is changed it means nothing.
  if (!errors.includes('resource.changed')) return null;
  const header = exchange.headers['if-match']?.trim();
  if (header === undefined || header === '' || header === '*') return null;
  const revision = /^"(\d{1,15})"$/.exec(header)?.[1];
  if (revision === undefined) {
    throw new AppError('resource.changed', 'If-Match names no revision there is. Read the resource again.');
  }
  return Number(revision);
};
