import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { html } from '../../functions/docs/html.ts';
import { messagePage, questionPage } from '../../functions/resume/page.ts';

/** Texts that have become markup in one product or another. */
const PAYLOADS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  '</textarea><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '</style><script>alert(1)</script>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '" autofocus onfocus="alert(1)',
  "' onmouseover='alert(1)",
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
  '<!--><script>alert(1)</script>-->',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u2028<script>alert(1)</script>',
  'expression(alert(1)); background: url(javascript:alert(1))',
];

const KINDS = ['text', 'longText', 'number', 'boolean', 'select', 'date'] as const;

/** The elements of a page, and every attribute of each. */
const shapeOf = (text: string) =>
  parse(text, { comment: true })
    .querySelectorAll('*')
    .map((element) => `${element.rawTagName} ${Object.keys(element.attributes).sort().join(' ')}`);

const question = (text: string): string =>
  questionPage(
    {
      title: text,
      message: text,
      choices: ['approve', text],
      fields: KINDS.map((kind, index) => ({
        name: `field${index}`,
        label: text,
        kind,
        required: true,
        options: [text],
      })),
    },
    null,
    text,
  );

describe('UI-01: what workflows and strangers write', () => {
  it.each(PAYLOADS)('stays text on the page that asks: %s', (payload) => {
    expect(shapeOf(question(payload))).toEqual(shapeOf(question('plain')));
    expect(parse(question(payload)).querySelector('h1')?.text).toContain(payload.trim());
  });

  it.each(PAYLOADS)('stays text on the page that tells: %s', (payload) => {
    expect(shapeOf(messagePage(payload, payload))).toEqual(shapeOf(messagePage('plain', 'plain')));
  });

  it.each(PAYLOADS)('stays text wherever a page is made: %s', (payload) => {
    expect(shapeOf(html`<p title="${payload}">${payload}</p>`.text)).toEqual(['p title']);
  });
});
