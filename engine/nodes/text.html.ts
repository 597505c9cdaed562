import type { HTMLElement } from 'node-html-parser';
import { z } from 'zod';
import { NodeError } from '../errors.ts';
import type { Json } from '../item.ts';
import { fieldPath, withField } from './field-path.ts';
import { defineTextNode, textOf } from './text-node.ts';

const extractSchema = z.strictObject({
  name: fieldPath.meta({ title: 'Name', description: 'The field the result goes to.', examples: ['price'] }),
  selector: z
    .string()
    .min(1)
    .max(1_000)
    .meta({ title: 'Selector', description: 'A CSS selector.', examples: ['.product > .price'] }),
  get: z.enum(['text', 'html', 'attribute', 'count']).default('text').meta({
    title: 'Get',
    description: 'Of what matches: its text, its HTML, one of its attributes, or how many there are.',
  }),
  attribute: z
    .string()
    .max(256)
    .default('href')
    .meta({ title: 'Attribute', description: 'Its name, where an attribute is taken.' }),
  all: z
    .boolean()
    .default(false)
    .meta({ title: 'All', description: 'A list of all that match, not the first.' }),
});

type Extract = z.output<typeof extractSchema>;

export const textHtml = defineTextNode({
  type: 'text.html',
  name: 'HTML extract',
  description: 'Finds elements of a page by CSS selectors and gives their texts, HTML or attributes.',
  icon: 'file-code',
  shape: {
    extract: z.array(extractSchema).max(100).default([]).meta({
      title: 'Extract',
      description: 'What to find; null where nothing matches.',
    }),
  },
  check: ({ extract }) =>
    Array.isArray(extract) && extract.length > 0
      ? []
      : [{ pointer: '/extract', message: 'must say what to find' }],
  example: {
    parameters: {
      value: '{{ $json.page }}',
      extract: [{ name: 'link', selector: 'a.next', get: 'attribute', attribute: 'href' }],
    },
    input: [{ json: { page: '<a class="next" href="/2">Next</a>' } }],
    output: { main: [{ json: { page: '<a class="next" href="/2">Next</a>', data: { link: '/2' } } }] },
  },
  convert: async (value, { extract }) => {
    const { parse } = await import('node-html-parser');
    const page = parse(textOf(value, 'HTML'));
    return extract.reduce((found, each) => withField(found, each.name, read(page, each)), {});
  },
});

const read = (page: HTMLElement, { selector, get, attribute, all }: Extract): Json => {
  const matching = find(page, selector);
  if (get === 'count') return matching.length;
  const values = (all ? matching : matching.slice(0, 1)).map((element) => GET[get](element, attribute));
  return all ? values : (values[0] ?? null);
};

const find = (page: HTMLElement, selector: string): readonly HTMLElement[] => {
  try {
    return page.querySelectorAll(selector);
  } catch (cause) {
    throw new NodeError(
      'text.selector',
      `${JSON.stringify(selector)} is no CSS selector: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
};

const GET = {
  text: (element: HTMLElement): Json => element.textContent.replaceAll(/\s+/g, ' ').trim(),
  html: (element: HTMLElement): Json => element.innerHTML,
  attribute: (element: HTMLElement, name: string): Json => element.getAttribute(name) ?? null,
};
