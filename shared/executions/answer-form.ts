import { z } from 'zod';
import { pointerTo } from '../../engine/compile/problem.ts';
import type { AnswerForm, FormField } from '../../engine/interpreter/event.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { AppError, type Problem } from '../errors.ts';

const MAX_TEXT = 10_000;

const TRUTHS = new Map([
  ['true', true],
  ['on', true],
  ['false', false],
]);

type Read = (value: Json, field: FormField) => Json | undefined;

/** What a field takes, from JSON or from a form's text; undefined for what does not fit. */
const READ: Readonly<Record<FormField['kind'], Read>> = {
  text: (value) => (typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined),
  longText: (value) => (typeof value === 'string' && value.length <= MAX_TEXT ? value : undefined),
  number: (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  },
  boolean: (value) => TRUTHS.get(String(value)),
  select: (value, { options }) => (typeof value === 'string' && options.includes(value) ? value : undefined),
  date: (value) => (z.iso.date().safeParse(value).success ? value : undefined),
};

const EXPECTED: Readonly<Record<FormField['kind'], (field: FormField) => string>> = {
  text: () => `must be a text of at most ${MAX_TEXT} characters`,
  longText: () => `must be a text of at most ${MAX_TEXT} characters`,
  number: () => 'must be a number',
  boolean: () => 'must be true or false',
  select: ({ options }) => `must be one of ${options.join(', ')}`,
  date: () => 'must be a date such as 2026-02-28',
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields that nobody asks for, and those that were asked for beside `fields`: else what they say would get lost without a word. */
const strangers = (form: AnswerForm, given: JsonObject, written: JsonObject): Problem[] => {
  const names = form.fields.map(({ name }) => name);
  const beside = names.filter((name) => name !== 'choice' && name !== 'fields' && Object.hasOwn(given, name));
  const unknown = Object.keys(written).filter((name) => !names.includes(name));
  const asked =
    names.length === 0 ? '' : `; asked for ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
  return [
    ...beside.map((name) => ({ pointer: pointerTo([name]), message: 'belongs into fields' })),
    ...unknown.map((name) => ({ pointer: pointerTo(['fields', name]), message: `is not asked for${asked}` })),
  ];
};

/** An answer to a form as the node gets it. Throws `request.invalid` with everything that is wrong. */
export const readAnswer = (form: AnswerForm, choice: string | null, body: Json): JsonObject => {
  const given = isObject(body) ? body : {};
  const chosen = choice ?? given.choice;
  const written = isObject(given.fields) ? given.fields : {};
  const problems: Problem[] = [];
  if (typeof chosen !== 'string' || !form.choices.includes(chosen)) {
    problems.push({ pointer: '/choice', message: `must be one of ${form.choices.join(', ')}` });
  }
  problems.push(...strangers(form, given, written));
  const fields = form.fields.flatMap((field): [string, Json][] => {
    const value = Object.hasOwn(written, field.name) ? written[field.name] : undefined;
    if (value === undefined || value === null || value === '') {
      if (field.required) problems.push({ pointer: pointerTo(['fields', field.name]), message: 'is needed' });
      return [];
    }
    const read = READ[field.kind](value, field);
    if (read === undefined) {
      problems.push({ pointer: pointerTo(['fields', field.name]), message: EXPECTED[field.kind](field) });
      return [];
    }
    return [[field.name, read]];
  });
  if (problems.length === 0) return { choice: chosen ?? null, fields: Object.fromEntries(fields) };
  const said = problems.map(({ pointer, message }) => `${pointer.split('/').at(-1)} ${message}`).join('; ');
  throw new AppError('request.invalid', `The answer does not fit the question: ${said}.`, {
    errors: problems,
  });
};
