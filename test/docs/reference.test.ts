import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { referencePages } from '../../infra/local/reference/pages.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const pages = referencePages();
const HOW = 'The reference is not current: run `npm run docs:nodes`, and commit what it writes.';

it.each([...pages])('docs/%s is what the catalogue and the contract say', (path, text) => {
  expect(readFileSync(new URL(path, DOCS), 'utf8') === text, HOW).toBe(true);
});

it('has no page of a node type that is gone', () => {
  expect(
    readdirSync(new URL('nodes/', DOCS)).filter((name) => !pages.has(`nodes/${name}`)),
    HOW,
  ).toEqual([]);
});
