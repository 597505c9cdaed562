import { z } from 'zod';

/** `ada@example.com` or `Ada <ada@example.com>`: one address on one line, with nothing that would be a second one. */
const ADDRESS =
  /^(?:(?:"[^"\r\n\\]*" *|[^<>"\r\n,;:@]*)<[^\s<>@,;:"]+@[^\s<>@,;:"]+>|[^\s<>@,;:"]+@[^\s<>@,;:"]+)$/;
const MOST = 50;
const EXPECTED = 'must be an address like ada@example.com or Ada <ada@example.com>';

export const oneAddress = z
  .string()
  .max(320)
  .refine((text) => text === '' || ADDRESS.test(text), EXPECTED)
  .default('');

/** Commas part addresses, but not within quotes. */
const parted = (text: string): string[] =>
  (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((each) => each.trim()).filter((each) => each !== '');

/** A text with commas, or a list. What is wrong in a list is told at its place. */
export const addressList = z
  .union([z.string().max(20_000), z.array(z.string().max(320)).max(MOST)])
  .default([])
  .superRefine((written, context) => {
    for (const [index, each] of (typeof written === 'string' ? parted(written) : written).entries()) {
      const path = typeof written === 'string' ? [] : [index];
      if (!ADDRESS.test(each)) context.addIssue({ code: 'custom', path, message: EXPECTED });
      else if (index >= MOST)
        context.addIssue({ code: 'custom', message: `must be ${MOST} addresses at most` });
    }
  })
  .transform((written) => (typeof written === 'string' ? parted(written) : written));

export const domainOf = (written: string): string => /@([^\s<>@]+?)>?$/.exec(written)?.[1] ?? 'localhost';
