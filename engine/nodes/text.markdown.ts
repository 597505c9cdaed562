import type { MarkedExtension, Tokens } from 'marked';
import { z } from 'zod';
import { defineTextNode, textOf } from './text-node.ts';

export const textMarkdown = defineTextNode({
  type: 'text.markdown',
  name: 'Markdown',
  description: 'Turns Markdown into HTML, or HTML into Markdown.',
  icon: 'markdown',
  shape: {
    operation: z
      .enum(['toHtml', 'fromHtml'])
      .default('toHtml')
      .meta({ title: 'Operation', description: 'Makes HTML of Markdown, or Markdown of HTML.' }),
    keepHtml: z.boolean().default(false).meta({
      title: 'Keep HTML',
      description: 'Lets HTML inside the Markdown and links of any kind through. Only for texts you trust.',
    }),
  },
  example: {
    parameters: { value: '{{ $json.note }}' },
    input: [{ json: { note: '**New** order' } }],
    output: { main: [{ json: { note: '**New** order', data: '<p><strong>New</strong> order</p>\n' } }] },
  },
  convert: async (value, { operation, keepHtml }) => {
    if (operation === 'fromHtml') {
      const { NodeHtmlMarkdown } = await import('node-html-markdown');
      return NodeHtmlMarkdown.translate(textOf(value, 'HTML'));
    }
    const { Marked } = await import('marked');
    const marked = new Marked({ gfm: true }, ...(keepHtml ? [] : [HARMLESS]));
    return marked.parse(textOf(value, 'Markdown'), { async: false });
  },
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** With a scheme that no browser runs, or without any. An entity may hide a colon. */
const isHarmless = (address: string): boolean =>
  /^(?:https?:|mailto:|tel:|[/#?.]|[^:&]*$)/i.test(address.replaceAll(/[\p{Cc}\s]/gu, ''));

/** What others wrote ends up in mails and pages: their tags become text, and links that would run something lose their address. */
const HARMLESS: MarkedExtension = {
  renderer: { html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text) },
  walkTokens: (token) => {
    if ((token.type === 'link' || token.type === 'image') && !isHarmless((token as Tokens.Link).href))
      token.href = '';
  },
};
