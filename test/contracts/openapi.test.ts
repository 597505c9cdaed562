import { describe, expect, it } from 'vitest';
import { fieldsIn } from '../../functions/docs/fields-in.ts';
import { renderPage } from '../../functions/docs/page.ts';
import { meaningOf } from '../../functions/docs/schema-words.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { buildOpenApi } from '../../shared/contracts/openapi.ts';
import { fullPaths } from '../../shared/contracts/paths.ts';
import type { JsonSchema } from '../../shared/contracts/schema-book.ts';
import { ERROR_CODES } from '../../shared/errors.ts';

const document = buildOpenApi('https://api.example.com', 'https://hooks.example.com');

/** Every value under a key, anywhere in a document. */
const valuesOf = (key: string, within: unknown): unknown[] => {
  if (typeof within !== 'object' || within === null) return [];
  return Object.entries(within).flatMap(([name, value]) => [
    ...(name === key ? [value] : []),
    ...valuesOf(key, value),
  ]);
};

describe('the OpenAPI document', () => {
  it.each(ROUTES.map((route) => [route.id, route] as const))('describes %s', (_, route) => {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    expect(operation).toMatchObject({ operationId: route.id, summary: route.summary });
    const declared = operation?.parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => name);
    expect(declared).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(operation?.responses).toHaveProperty(String(route.status));
    expect(operation?.requestBody !== undefined).toBe(route.body !== undefined);
    expect(operation?.security.length === 0).toBe(route.access.who === 'public');
  });

  it('takes If-Match for every change of what answers with an ETag', () => {
    const tagged = ROUTES.filter(({ method, concurrency }) => method === 'GET' && concurrency);
    expect(tagged.length).toBeGreaterThan(7);
    const changes = ROUTES.filter(
      ({ method, path }) =>
        ['PUT', 'PATCH', 'DELETE'].includes(method) && tagged.some((read) => read.path === path),
    );
    const without = changes.filter(({ errors }) => !errors.includes('resource.changed'));
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  it('says of every operation that the disk may be full', () => {
    const operations = Object.values(document.paths).flatMap((each) => Object.values(each));
    const without = operations.filter(({ responses }) => !('507' in responses));
    expect(without.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('names each operation once', () => {
    const ids = ROUTES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('resolves every reference', () => {
    const references = new Set(valuesOf('$ref', document));
    expect(references.size).toBeGreaterThan(10);
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty(
        String(reference).replace('#/components/schemas/', ''),
      );
    }
  });

  it('leaves nothing of the schema generator behind', () => {
    const text = JSON.stringify(document);
    expect(text).not.toContain('$defs');
    expect(text).not.toContain('__schema');
  });

  it('shows no field that is kept secret', () => {
    const text = JSON.stringify(document);
    for (const secret of ['passwordHash', 'securityStamp', 'keyHash', 'tokenHash']) {
      expect(text).not.toContain(secret);
    }
  });
});

describe('what stands beside the API', () => {
  it.each([
    ['/hooks/{hookId}', ['get', 'post', 'put', 'patch', 'delete', 'options']],
    ['/hooks/{hookId}/{rest}', ['get', 'post', 'put', 'patch', 'delete', 'options']],
    ['/resume/{token}', ['get', 'post', 'put']],
    ['/results/{token}', ['get']],
  ])('%s is described, for everybody, on the host of webhooks', (path, methods) => {
    const operations = document.paths[path] ?? {};

    expect(Object.keys(operations)).toEqual(methods);
    for (const operation of Object.values(operations)) {
      expect(operation).toMatchObject({ security: [], servers: [{ url: 'https://hooks.example.com' }] });
      expect(
        operation.parameters.filter(({ in: place }) => place === 'path').map(({ name }) => name),
      ).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  it('has ids that nothing else has', () => {
    const ids = Object.values(document.paths).flatMap((each) =>
      Object.values(each).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a definition', () => {
  it('is described whole: every field of nodes, edges and settings says what it is for', () => {
    const fields = fieldsIn(document.components.schemas.Definition ?? {});
    expect(fields.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['nodes[].retry.jitter', 'edges[].sourcePort', 'settings.concurrency']),
    );
    expect(fields.filter(({ schema }) => !schema.description).map(({ path }) => path)).toEqual([]);
  });
});

describe('what a field means', () => {
  it.each<[JsonSchema, string]>([
    [
      { type: 'integer', description: 'Most entries.', minimum: 1, maximum: 100, default: 50 },
      'Most entries. 1 to 100. Left out: 50.',
    ],
    [{ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }, 'At least 1.'],
    [{ anyOf: [{ type: 'number', maximum: 9 }, { type: 'null' }], default: null }, 'At most 9.'],
    [{ type: 'object', default: {} }, ''],
  ])('is what it is for, how large it may be, and what it is when left out: %j', (schema, words) => {
    expect(meaningOf(schema)).toBe(words);
  });
});

describe('the docs page', () => {
  const page = renderPage(document);

  it.each(ROUTES.map((route) => [route.id, route] as const))('shows %s', (id, route) => {
    expect(page).toContain(`<section id="${id}">`);
    expect(page).toContain(`</span> ${fullPaths(route)[0]}</code>`);
  });

  it('has an anchor for every error that problems point to', () => {
    for (const code of ERROR_CODES) expect(page).toContain(`id="error-${code}"`);
  });

  it('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed)\b/i);
    expect(page).not.toMatch(/\bon\w+=/i);
    expect(page).not.toMatch(/url\(/);
  });

  it('escapes what it shows', () => {
    const hostile = buildOpenApi(
      'https://api.example.com/<script>alert(1)</script>',
      'https://<script>hooks',
    );
    expect(renderPage(hostile)).not.toContain('<script>');
  });
});
