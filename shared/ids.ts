import { createHash } from 'node:crypto';
import { TypeID, typeid } from 'typeid-js';
import { z } from 'zod';

/** The prefix of every table's ids. */
export type IdPrefix =
  | 'usr'
  | 'wf'
  | 'wfv'
  | 'exec'
  | 'log'
  | 'cred'
  | 'var'
  | 'hook'
  | 'sch'
  | 'aim'
  | 'tpl'
  | 'sug'
  | 'key'
  | 'node'
  | 'ncat'
  | 'ses';

/** A new id: `wf_01jd…`, sortable by time of creation. */
export const newId = (prefix: IdPrefix): string => typeid(prefix).toString();

/** Accepts ids of that table and nothing else, so that keys are only ever built from well-formed ids. */
export const idSchema = (prefix: IdPrefix) =>
  z
    .string()
    .max(64)
    .refine((text) => isId(prefix, text), `must be an id that starts with "${prefix}_"`);

const isId = (prefix: IdPrefix, text: string): boolean => {
  try {
    return TypeID.fromString(text).getType() === prefix;
  } catch {
    return false;
  }
};

/** The same text always gives the same id: for what must be made once, however often it is asked for. */
export const hashId = (prefix: IdPrefix, text: string): string => {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  // A UUID of version 8 ("custom"), variant 10 (RFC 9562).
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return TypeID.fromUUID(prefix, hex).toString();
};
