import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const ID = /\b(?:SX|SR|CR|WH|AC|UI|AI|IN)-\d{2}\b/g;

const rows = [...read('docs/security.md').matchAll(/^\| ([A-Z]{2}-\d{2}) \|.*\| (.+) \|$/gm)].map(
  ([, id = '', where = '']) => ({ id, where, files: where.match(/test\/[\w./-]+\.ts/g) ?? [] }),
);

describe('the list of attacks', () => {
  it.each(rows.map((row) => [row.id, row] as const))(
    'says of %s where it is tried',
    (id, { where, files }) => {
      for (const file of files) expect(existsSync(join(ROOT, file)), file).toBe(true);
      for (const file of files.filter((each) => each.startsWith('test/security/')))
        expect(read(file) + file.toUpperCase(), file).toContain(id);
      if (files.length === 0) expect(where.length).toBeGreaterThan(50);
    },
  );

  it('knows every attack that is tried', () => {
    const tried = readdirSync(join(ROOT, 'test/security')).flatMap(
      (name) => `${name.toUpperCase()} ${read(`test/security/${name}`)}`.match(ID) ?? [],
    );
    const listed = rows.map(({ id }) => id);

    expect(listed.length).toBeGreaterThan(60);
    expect([...new Set(tried)].filter((id) => !listed.includes(id))).toEqual([]);
  });
});
