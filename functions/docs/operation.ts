import type { OpenApi, Operation } from '../../shared/contracts/openapi-document.ts';
import type { JsonSchema } from '../../shared/contracts/schema-book.ts';
import type { Described } from './described.ts';
import { exampleOf } from './example.ts';
import { fieldsIn } from './fields-in.ts';
import { html, type Markup } from './html.ts';
import { meaningOf, resolve, typeOf } from './schema-words.ts';

/** One operation: what it does, who may, what goes in, what comes out, and a call to copy. */
export const renderOperation = (described: Described, document: OpenApi): Markup => {
  const { id, methods, path, audience, note, operation } = described;
  const body = operation.requestBody?.content['application/json']?.schema;
  return html`<section id="${id}">
<h3>${operation.summary}</h3>
<p><code><span class="method">${methods.join(', ')}</span> ${path}</code> <span class="quiet">${audience}</span></p>
${note === null ? null : html`<p>${note}</p>`}
${operation.parameters.length > 0 ? parameterTable(operation) : null}
${body ? bodyTable(body, document) : null}
<pre>${curl(described, body, document)}</pre>
${Object.entries(operation.responses).map(
  ([status, { description, content }]) =>
    html`<details><summary><code>${status}</code> ${description}</summary>${schemas(content)}</details>`,
)}
</section>`;
};

const parameterTable = ({ parameters }: Operation): Markup => html`<table>
<tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr>
${parameters.map(
  ({ name, in: place, required, description, schema }) =>
    html`<tr><td><code>${name}</code>${required ? ' *' : null}</td><td>${place}</td><td>${typeOf(schema)}</td><td>${meaningOf(schema, description)}</td></tr>\n`,
)}</table>`;

const bodyTable = (schema: JsonSchema, document: OpenApi): Markup => html`<table>
<tr><th>Body</th><th>Type</th><th></th></tr>
${fieldsIn(resolve(schema, document)).map(
  ({ path, schema: field, isRequired }) =>
    html`<tr><td><code>${path}</code>${isRequired ? ' *' : null}</td><td>${typeOf(field)}</td><td>${meaningOf(field)}</td></tr>\n`,
)}</table>`;

const schemas = (content: Readonly<Record<string, { readonly schema: JsonSchema }>> | undefined) =>
  Object.entries(content ?? {}).map(
    ([mediaType, { schema }]) =>
      html`<p class="quiet">${mediaType}</p><pre>${JSON.stringify(schema, null, 2)}</pre>`,
  );

const curl = (
  { methods, origin, path, isPublic, operation }: Described,
  body: JsonSchema | undefined,
  document: OpenApi,
): string => {
  const method = methods.find((each) => each === (operation.requestBody ? 'POST' : 'GET')) ?? methods[0];
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}'${origin}${path}'`];
  if (!isPublic) lines.push(`-H "Authorization: Bearer $TOKEN"`);
  if (body) {
    const example = JSON.stringify(exampleOf(resolve(body, document), document.components.schemas));
    lines.push(`-H 'Content-Type: application/json'`, `-d '${example}'`);
  }
  return lines.join(' \\\n  ');
};
