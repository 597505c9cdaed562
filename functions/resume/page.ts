import type { AnswerForm, FormField } from '../../engine/interpreter/event.ts';
import { html, type Markup, verbatim } from '../docs/html.ts';

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
p { white-space: pre-wrap; overflow-wrap: anywhere; }
label { display: block; margin: 1rem 0 .25rem; }
input:not([type=checkbox]), select, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem; }
button { font: inherit; padding: .5rem 1.25rem; margin: 1.5rem .5rem 0 0; cursor: pointer; }
.problem { border-left: 4px solid #c92a2a; padding-left: .75rem; }
`;

/** A page that needs nothing but itself. Everything in it is escaped: what it shows comes from workflows and strangers. */
const page = (title: string, content: Markup): string =>
  html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><style>${verbatim(STYLE)}</style></head>
<body><main><h1>${title}</h1>${content}</main></body>
</html>`.text;

const required = ({ required: isRequired }: FormField): Markup | null =>
  isRequired ? verbatim(' required') : null;

const input =
  (type: string) =>
  (field: FormField): Markup =>
    html`<input type="${type}" name="field.${field.name}" id="${field.name}"${required(field)}>`;

const CONTROLS: Readonly<Record<FormField['kind'], (field: FormField) => Markup>> = {
  text: input('text'),
  number: (field) =>
    html`<input type="number" step="any" name="field.${field.name}" id="${field.name}"${required(field)}>`,
  date: input('date'),
  boolean: (field) =>
    html`<input type="checkbox" name="field.${field.name}" id="${field.name}" value="true"${required(field)}>`,
  longText: (field) =>
    html`<textarea name="field.${field.name}" id="${field.name}" rows="4"${required(field)}></textarea>`,
  select: (field) =>
    html`<select name="field.${field.name}" id="${field.name}"${required(field)}><option value=""></option>${field.options.map((option) => html`<option>${option}</option>`)}</select>`,
};

const buttonText = (choice: string): string => choice.charAt(0).toUpperCase() + choice.slice(1);

/** The question, with a button for each answer, or for the one that the link stands for. It posts to its own address. */
export const questionPage = (form: AnswerForm, choice: string | null, problem: string | null): string => {
  const choices = choice === null ? form.choices : [choice];
  return page(
    form.title,
    html`<p>${form.message}</p>
${problem === null ? null : html`<p class="problem">${problem}</p>`}
<form method="post">
${form.fields.map((field) => html`<label for="${field.name}">${field.label}</label>${CONTROLS[field.kind](field)}`)}
<div>${choices.map((each) => html`<button name="choice" value="${each}">${buttonText(each)}</button>`)}</div>
</form>`,
  );
};

export const messagePage = (title: string, message: string): string => page(title, html`<p>${message}</p>`);
