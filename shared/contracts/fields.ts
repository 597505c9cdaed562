import { z } from 'zod';

/** An ISO-8601 timestamp in UTC, as all answers give them. */
export const timestamp = z.iso.datetime();

/** A timestamp somebody else wrote: with any offset, made UTC. */
export const timestampInput = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString());

/** True or false in a query string. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to refuse
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Text people read on one line: any script, no control characters, not only blanks. */
export const label = (maximum: number) =>
  z
    .string()
    .min(1)
    .max(maximum)
    .refine((text) => !CONTROL.test(text), 'must not contain control characters')
    .refine((text) => text.trim() !== '', 'must not be blank');

export const description = z.string().max(10_000).nullable();
export const tags = z.array(label(64)).max(32);
