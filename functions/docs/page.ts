import type { OpenApi } from '../../shared/contracts/openapi-document.ts';
import { BASE_PATH } from '../../shared/contracts/paths.ts';
import { AppError, ERROR_CODES } from '../../shared/errors.ts';
import { describedIn } from './described.ts';
import { html, verbatim } from './html.ts';
import { renderOperation } from './operation.ts';
import { STYLE } from './style.ts';

/** The API as one page, grouped by resource. Made from the OpenAPI document, so the two cannot differ. */
export const renderPage = (document: OpenApi): string => {
  const resources = [...describedIn(document)];
  return html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Stepwell API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>${verbatim(STYLE)}</style></head>
<body>
<nav><a href="#top"><strong>Stepwell API</strong></a>
${resources.map(
  ([resource, operations]) => html`<p><a href="#${resource}">${resource}</a></p>
<ul>${operations.map(({ id, operation }) => html`<li><a href="#${id}">${operation.summary}</a></li>`)}</ul>`,
)}
<p><a href="#errors">errors</a></p><p><a href="#schemas">schemas</a></p></nav>
<main id="top">
<h1>Stepwell API</h1>
<p>Paths begin with <code>${BASE_PATH}</code>. Bodies are JSON. The same as an OpenAPI 3.1 document: <a href="/openapi.json">openapi.json</a>.</p>
<p><strong>Who calls.</strong> Sign in with <a href="#login">POST ${BASE_PATH}/auth/login</a> and send <code>Authorization: Bearer &lt;accessToken&gt;</code>, or make an <a href="#createApiKey">API key</a> and send <code>X-API-Key</code>. What you may not see answers 404.</p>
<p><strong>Lists</strong> take <code>limit</code> and <code>cursor</code> and answer <code>{ data, nextCursor }</code>; follow <code>nextCursor</code> until it is null.</p>
<p><strong>Changes.</strong> Send the <code>ETag</code> you have read as <code>If-Match</code>, and a change made in between answers 412 instead of being lost.</p>
<p><strong>Repeats.</strong> Where <code>Idempotency-Key</code> is listed, a repeat with the same key gets the first answer.</p>
<p><strong>Errors</strong> are <code>application/problem+json</code>: look at <code>code</code>; <code>errors</code> points at every field that is wrong.</p>
${resources.map(
  ([resource, operations]) => html`<h2 id="${resource}">${resource}</h2>
${operations.map((described) => renderOperation(described, document))}`,
)}
<h2 id="errors">errors</h2>
<table><tr><th>Code</th><th>Status</th><th></th></tr>
${ERROR_CODES.map((code) => {
  const { status, title } = new AppError(code, '');
  return html`<tr id="error-${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>\n`;
})}</table>
<h2 id="schemas">schemas</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) =>
    html`<details id="schema-${name}"><summary>${name}</summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`,
)}
</main></body></html>
`.text;
};
