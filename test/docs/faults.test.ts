import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const page = read('docs/faults.md');

it('names tests that there are', () => {
  const paths = [...page.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);
  const journeys = [...page.matchAll(/`([a-z]+\.ts)`/g)].map(([, name]) => `test/e2e-cloud/journeys/${name}`);

  expect(paths.length).toBeGreaterThan(5);
  expect([...paths, ...journeys].filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
});

it('quotes what the tests of the machines say', () => {
  const tests =
    read('test/infra/state-machines/faults.test.ts') + read('test/functions/operator/operate.test.ts');
  const quoted = [...page.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name);

  expect(quoted.length).toBeGreaterThan(7);
  expect(quoted.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
});
