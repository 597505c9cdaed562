import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';

/** What a cursor is good for: one list, with one set of filters, asked by one caller. */
export interface CursorScope {
  readonly list: string;
  readonly caller: string;
  readonly filters: Readonly<Record<string, unknown>>;
}

const SIGNATURE_BYTES = 16;
const positionSchema = z.record(z.string(), z.string());

const sign = (key: Uint8Array, payload: string, scope: CursorScope): Buffer => {
  const bound = createHash('sha256').update(
    JSON.stringify([scope.list, scope.caller, Object.entries(scope.filters).sort()]),
  );
  return createHmac('sha256', key)
    .update(bound.digest())
    .update(payload)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
};

/** Where a list goes on, as text that nobody else can make or use for another list. */
export const writeCursor = (
  key: Uint8Array,
  scope: CursorScope,
  position: Record<string, string>,
): string => {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${payload}.${sign(key, payload, scope).toString('base64url')}`;
};

/** Throws `request.cursor` for anything that `writeCursor` did not make for this scope. */
export const readCursor = (key: Uint8Array, scope: CursorScope, cursor: string): Record<string, string> => {
  const [payload = '', signature = ''] = cursor.split('.');
  const given = Buffer.from(signature, 'base64url');
  const expected = sign(key, payload, scope);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw new AppError(
      'request.cursor',
      'Use the nextCursor of this list, with the same filters, or leave it out.',
      {
        errors: [
          {
            in: 'query',
            pointer: '/cursor',
            message: 'was not made for this list, these filters and this caller',
          },
        ],
      },
    );
  return positionSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
};
