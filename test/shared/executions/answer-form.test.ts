import { describe, expect, it } from 'vitest';
import type { AnswerForm, FormField } from '../../../engine/interpreter/event.ts';
import { readAnswer } from '../../../shared/executions/answer-form.ts';

const formWith = (field: Partial<FormField>): AnswerForm => ({
  title: 'Pay?',
  message: '',
  choices: ['approve', 'reject'],
  fields: [{ name: 'it', label: 'It', kind: 'text', required: true, options: [], ...field }],
});
const answerWith = (field: Partial<FormField>, it: string | number | boolean) =>
  readAnswer(formWith(field), 'approve', { fields: { it } }).fields;

describe('an answer to a form', () => {
  it.each([
    ['boolean', 'on', true],
    ['boolean', false, false],
    ['number', ' 12.5 ', 12.5],
    ['date', '2026-02-28', '2026-02-28'],
    ['select', 'b', 'b'],
  ] as const)('of kind %s takes %j', (kind, written, read) => {
    expect(answerWith({ kind, options: ['a', 'b'] }, written)).toEqual({ it: read });
  });

  it.each([
    ['boolean', 'yes'],
    ['boolean', 'constructor'],
    ['number', ''],
    ['number', 'Infinity'],
    ['date', '2026-02-30'],
    ['select', 'c'],
    ['text', 'x'.repeat(10_001)],
  ] as const)('of kind %s does not take %j', (kind, written) => {
    expect(() => answerWith({ kind, options: ['a', 'b'] }, written)).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        errors: [expect.objectContaining({ pointer: '/fields/it' })],
      }),
    );
  });

  it.each([
    [{ fields: { it: 'a', that: 'b' } }, '/fields/that', 'is not asked for; asked for is it'],
    [{ it: 'a', fields: { it: 'a' } }, '/it', 'belongs into fields'],
  ])('does not lose a field without a word: %j', (body, pointer, message) => {
    expect(() => readAnswer(formWith({}), 'approve', body)).toThrow(
      expect.objectContaining({ code: 'request.invalid', errors: [{ pointer, message }] }),
    );
  });

  it('leaves out what need not be there, and refuses a choice that is none', () => {
    const form = formWith({ required: false });
    expect(readAnswer(form, null, { choice: 'reject' })).toEqual({ choice: 'reject', fields: {} });
    expect(() => readAnswer(form, null, { choice: 'toString' })).toThrow(/choice must be one of/);
  });
});
