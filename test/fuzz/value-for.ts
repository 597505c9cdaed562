import type { Chance } from './chance.ts';
import { KIND_OF, type KnownTexts } from './known.ts';

/** A JSON Schema, as far as it is looked at here. */
export type Schema = { readonly [key: string]: unknown };

interface Given {
  readonly chance: Chance;
  /** Schemas by reference. */
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly known: KnownTexts;
}

/** Texts that have gone wrong in some program or other. */
export const HARD_TEXTS: readonly string[] = [
  '',
  ' ',
  'Zoë €5 日本 😀',
  'a\u0301',
  '\u202eabc',
  '\u0000',
  "' OR 1=1 --",
  '"; DROP TABLE users; --',
  '<script>alert(1)</script>',
  '../../../../etc/passwd',
  '%00',
  '{{ $json.a }}',
  '{{ $eval("1") }}',
  '__proto__',
  'constructor',
  'toString',
  `$\{jndi:ldap://127.0.0.1/a}`,
  'javascript:alert(1)',
  'http://169.254.169.254/latest/meta-data/',
  'file:///etc/passwd',
  'a#b#c',
  'usr_01h455vb4pex5vsknk084sn02q',
  '9'.repeat(400),
  'x'.repeat(5_000),
];
const HARD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  -0,
  2 ** 53,
  [],
  {},
  [[]],
  { $ref: '#' },
];
const DEEPEST = 6;

/** A value that mostly fits a schema, and now and then does not. `name`: of the field or parameter that it is for. */
export const valueFor = (schema: Schema, given: Given, name: string, depth = 0): unknown => {
  const { chance } = given;
  const named = given.known.get(KIND_OF[name] ?? '') ?? [];
  if (named.length > 0 && !chance.oneIn(4)) return chance.pick(named);
  if (chance.oneIn(40)) return chance.oneIn(2) ? chance.pick(HARD_VALUES) : chance.pick(HARD_TEXTS);
  const target = resolve(schema, given);
  if (Array.isArray(target.enum)) return chance.pick(target.enum);
  if ('const' in target) return target.const;
  const forms = target.anyOf ?? target.oneOf;
  if (Array.isArray(forms)) return valueFor(chance.pick(forms) as Schema, given, name, depth);
  const types = [target.type].flat().map(String);
  return (MAKE[chance.pick(types)] ?? anything)(target, given, depth);
};

const resolve = (schema: Schema, { schemas }: Given): Schema => {
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  return (name === undefined ? undefined : schemas[name]) ?? schema;
};

type Make = (schema: Schema, given: Given, depth: number) => unknown;

const anything: Make = (_schema, { chance }) =>
  chance.oneIn(2) ? chance.pick(HARD_TEXTS) : chance.pick(HARD_VALUES);

const bound = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

const whole: Make = (schema, { chance }) => {
  const least = bound(schema.minimum, 0);
  return least + chance.below(Math.min(bound(schema.maximum, least + 100) - least, 1_000) + 1);
};

const object: Make = (schema, given, depth) => {
  const { chance } = given;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const required = (schema.required ?? []) as readonly string[];
  const entries = Object.entries(properties)
    .filter(([name]) => (required.includes(name) ? !chance.oneIn(60) : depth < DEEPEST && chance.oneIn(2)))
    .map(([name, each]): [string, unknown] => [name, valueFor(each, given, name, depth + 1)]);
  const more = schema.additionalProperties;
  if (typeof more === 'object' && more !== null && depth < DEEPEST)
    for (let count = chance.below(3); count > 0; count -= 1)
      entries.push([
        chance.pick(['a', 'token', 'username', 'b c']),
        valueFor(more as Schema, given, '', depth + 1),
      ]);
  if (chance.oneIn(30)) entries.push([chance.pick(HARD_TEXTS), chance.pick(HARD_VALUES)]);
  return Object.fromEntries(entries);
};

const text: Make = (schema, { chance, known }) => {
  const all = [...known.values()].flat();
  if (all.length > 0 && chance.oneIn(6)) return chance.pick(all);
  if (chance.oneIn(6)) return chance.pick(HARD_TEXTS);
  const format = TEXTS[String(schema.format)];
  if (format) return format(chance);
  const least = bound(schema.minLength, 1);
  const letters = 'abcdefghijklmnopqrstuvwxyz_0123456789';
  const length = least + chance.below(Math.max(1, Math.min(bound(schema.maxLength, 12), 20) - least + 1));
  return Array.from({ length }, () => letters[chance.below(letters.length)]).join('');
};

const TEXTS: Readonly<Record<string, (chance: Chance) => string>> = {
  email: (chance) => `fuzz-${chance.below(1_000_000)}@example.com`,
  uri: (chance) =>
    chance.pick(['https://api.example.invalid/a', 'http://127.0.0.1:1/', 'https://x.invalid:8443/']),
  'date-time': (chance) =>
    chance.pick(['2099-01-01T00:00:00Z', '2000-02-29T23:59:60Z', '2026-03-29T02:30:00+01:00']),
};

const MAKE: Readonly<Record<string, Make>> = {
  object,
  array: (schema, given, depth) =>
    depth >= DEEPEST
      ? []
      : Array.from({ length: bound(schema.minItems, 0) + given.chance.below(3) }, () =>
          valueFor((schema.items ?? {}) as Schema, given, '', depth + 1),
        ),
  string: text,
  integer: whole,
  number: (schema, given, depth) => Number(whole(schema, given, depth)) + (given.chance.oneIn(3) ? 0.5 : 0),
  boolean: (_schema, { chance }) => chance.oneIn(2),
  null: () => null,
};
