import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const LITERAL = /(?<=[(=,:[!&|?{};\s])\/(?![*/])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g;
const CHARACTERS = 40_000;
const MOST_MILLISECONDS = 150;

/** What makes patterns that try everything again try very often: long runs that nearly fit. */
const PUMPS = [
  'a',
  '0',
  ' ',
  '\t',
  '-',
  '.',
  '/',
  '"',
  '\\',
  '{',
  '=',
  ';',
  'a.',
  'a-',
  '0.',
  ' a',
  '%20',
  '\r\n',
];
const inputs = PUMPS.flatMap((pump) => {
  const run = pump.repeat(CHARACTERS / pump.length);
  return [run, `${run}!`, `a/${run}\u0000`, `"${run}`];
});

const written = ['engine', 'shared', 'functions'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const text = readFileSync(join(ROOT, folder, name), 'utf8').replaceAll(
        /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm,
        '',
      );
      return [...text.matchAll(LITERAL)].map(([, source = '', flags = '']) => [source, flags] as const);
    }),
);

const compiled = (source: string, flags: string): RegExp | null => {
  try {
    return new RegExp(source, flags.replace('y', ''));
  } catch {
    return null;
  }
};
const patterns = new Map(
  written.flatMap(([source, flags]) => {
    const pattern = compiled(source, flags);
    return pattern ? [[String(pattern), pattern] as const] : [];
  }),
);

/** A text that the pattern takes a long time for; undefined when there is none. What others do on the machine does not count. */
const slowFor = (pattern: RegExp): string | undefined =>
  inputs.find((input) => {
    pattern.lastIndex = 0;
    const began = process.threadCpuUsage();
    pattern.test(input);
    const { user } = process.threadCpuUsage(began);
    return user / 1_000 > MOST_MILLISECONDS;
  });

describe('IN-04: our own patterns', () => {
  it('are found', () => {
    expect(patterns.size).toBeGreaterThan(100);
  });

  it('the check finds one that tries everything', () => {
    expect(slowFor(/\s+$/)).toContain(' ');
  });

  it.each([...patterns])('%s takes no long time for any text', (_, pattern) => {
    expect(slowFor(pattern)?.slice(0, 10)).toBeUndefined();
  });
});
