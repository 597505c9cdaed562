import jsonata from 'jsonata';
import { overLimit } from './limits.ts';
import { inUtc } from './zoned-time.ts';

interface Guarded {
  readonly signature: string;
  readonly check: (...values: never[]) => void;
  /** What the built-in is given in place of the values. */
  readonly adapt?: (...values: never[]) => unknown[];
}

/** Characters of a picture such as "[Y0001]-[M01]" or "#,##0.00". */
const PICTURE = 256;
/** Ways to share out the characters of a text among the fields of a picture, all of which may be tried. */
const WAYS = 50_000_000;

const withinPicture = (_value: unknown, picture?: string): void => {
  if (picture !== undefined && picture.length > PICTURE)
    throw overLimit(`A picture may have ${PICTURE} characters; this has ${picture.length}.`);
};

const withinWays = (text?: string, picture?: string): void => {
  withinPicture(text, picture);
  if (text === undefined || picture === undefined) return;
  const fields = picture.split('[').length - 1;
  let ways = 1;
  for (let field = 1; field < fields; field++) ways *= Math.max(1, (text.length + 1 - field) / field);
  if (ways > WAYS)
    throw overLimit('$toMillis would try too many ways to read a text of this length by this picture.');
};

/** Built-ins that are left as they are, except for what would keep them busy beyond any clock, or ask where the machine stands. */
export const GUARDED: Readonly<Record<string, Guarded>> = {
  formatNumber: { signature: '<n-so?:s>', check: withinPicture },
  formatInteger: { signature: '<n-s:s>', check: withinPicture },
  parseInteger: { signature: '<s-s:n>', check: withinPicture },
  fromMillis: { signature: '<n-s?s?:s>', check: withinPicture },
  toMillis: {
    signature: '<s-s?:n>',
    check: withinWays,
    adapt: (text?: string, picture?: string) => [
      text === undefined || picture !== undefined ? text : inUtc(text),
      picture,
    ],
  },
};

type BuiltIn = (this: unknown, ...values: unknown[]) => unknown;

/** A guarded built-in; the original is only to be had as the result of an expression that names it. */
export const guarded = (name: string, { check, adapt }: Guarded): BuiltIn => {
  const original = once(() => jsonata(`$${name}`).evaluate(null) as Promise<{ implementation: BuiltIn }>);
  return async function (...values) {
    check(...(values as never[]));
    const given = adapt ? adapt(...(values as never[])) : values;
    return (await original()).implementation.apply(this, given);
  };
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
