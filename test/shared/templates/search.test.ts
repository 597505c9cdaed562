import { describe, expect, it } from 'vitest';
import { findTemplates } from '../../../shared/templates/find.ts';
import { LIBRARY } from '../../../shared/templates/library.ts';
import { searchTemplates } from '../../../shared/templates/search.ts';
import type { Template } from '../../../shared/templates/template.ts';
import { PROMPTS } from './prompts.ts';

const aTemplate = (id: string, about: Partial<Template> = {}): Template => ({
  id,
  name: id,
  description: '',
  category: '',
  tags: [],
  isFeatured: false,
  isBuiltIn: true,
  definition: { nodes: [] },
  credentials: [],
  values: [],
  sampleInput: [],
  revision: 1,
  ...about,
});

const found = (templates: readonly Template[], text: string) =>
  searchTemplates(templates, text, 3).map(({ template }) => template.id);

describe('the search for templates', () => {
  it('puts a word of the name before one of the description', () => {
    const templates = [aTemplate('a', { description: 'Handles parcels' }), aTemplate('parcels')];
    expect(found(templates, 'parcels')).toEqual(['parcels', 'a']);
  });

  it.each([
    ['Approval', 'approve'],
    ['Translate', 'translations'],
    ['Companies', 'company'],
    ['Summarise', 'summarizing'],
    ['Café', 'cafe'],
  ])('finds "%s" by another form of it, "%s"', (name, text) => {
    expect(found([aTemplate('x'), aTemplate('it', { name })], text)).toEqual(['it']);
  });

  it.each([
    ['Comments', 'it comes in'],
    ['Comments', 'coming'],
    ['Reply', 'reps'],
  ])('does not find "%s" by "%s", which only begins like it', (name, text) => {
    expect(found([aTemplate('x'), aTemplate('it', { name })], text)).toEqual([]);
  });

  it('finds first what its own manual asks for', () => {
    const asked = 'When an order above 500 € comes in, ask my manager by mail and then write it into a table';
    expect(found(LIBRARY, asked)[0]).toBe('approval-by-mail');
  });

  it('finds what is said in other words', () => {
    expect(found([aTemplate('x'), aTemplate('photo')], 'pictures')).toEqual(['photo']);
  });

  it('finds by the beginning of a word', () => {
    expect(found([aTemplate('x'), aTemplate('kubernetes')], 'kuber')).toEqual(['kubernetes']);
  });

  it('finds by the types of the nodes', () => {
    const definition = { nodes: [{ id: 'a', name: 'A', type: 'telegram.send' }] };
    expect(found([aTemplate('x'), aTemplate('it', { definition })], 'telegram')).toEqual(['it']);
  });

  it.each(['', 'and the', 'zzzz', '{}"\\'])('finds nothing for %j', (text) => {
    expect(found([aTemplate('order'), aTemplate('mail')], text)).toEqual([]);
  });

  it('finds saved templates among the built-in ones, and no more than asked for', async () => {
    const row = {
      id: 'tpl_1',
      name: 'Order of the parrot',
      description: null,
      category: null,
      definition: '{"nodes":[]}',
      requirements: null,
      isFeatured: false,
      tags: [],
      createdAt: '',
      updatedAt: '',
      revision: 1,
    };
    const stores = { templates: { list: async () => ({ data: [row], nextCursor: null }) } };
    const results = await findTemplates(stores as never, 'parrot order', 2);
    expect(results.map(({ template }) => template.id)).toEqual(['tpl_1', 'order-intake']);
    expect(results[0]?.score).toBeGreaterThan(results[1]?.score ?? 0);
  });
});

describe('what people ask for', () => {
  const misses = (places: number) =>
    PROMPTS.flatMap(([prompt, template]) => {
      const ids = searchTemplates(LIBRARY, prompt, 10).map((each) => each.template.id);
      const place = ids.indexOf(template);
      return place >= 0 && place < places
        ? []
        : [`${prompt}: ${template} is at ${place}, first ${ids.slice(0, 3)}`];
    });

  it('is among the first three for nine in ten', () => {
    expect(PROMPTS.length).toBeGreaterThanOrEqual(40);
    const missed = misses(3);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(PROMPTS.length / 10);
  });

  it('is the first for three in four', () => {
    const missed = misses(1);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(PROMPTS.length / 4);
  });
});
