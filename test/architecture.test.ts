import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const FOLDERS = ['engine', 'functions', 'infra', 'shared', 'test'];

interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

const IMPORT = /(?:from\s+|import\s+|import\()\s*'([^']+)'/g;

const sources: readonly SourceFile[] = FOLDERS.flatMap((folder) =>
  readdirSync(resolve(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => {
      const path = `${folder}/${name.split(sep).join('/')}`;
      const text = readFileSync(resolve(ROOT, path), 'utf8');
      const imports = [...text.matchAll(IMPORT)].map((match) => target(path, match[1] ?? ''));
      return { path, text, imports };
    }),
);

/** A relative import as a path from the root, anything else as it is written. */
function target(from: string, written: string): string {
  if (!written.startsWith('.')) return written;
  return relative(ROOT, resolve(ROOT, dirname(from), written))
    .split(sep)
    .join('/');
}

interface Rule {
  readonly in: (path: string) => boolean;
  readonly mayImport: (imported: string) => boolean;
  readonly because: string;
}

const under =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));
const ours = under(...FOLDERS);
const packageIn =
  (...names: string[]) =>
  (imported: string) =>
    names.some((name) => imported === name || imported.startsWith(`${name}/`));

/** Neither network, nor clock, nor files: what formats and expressions are made with. */
const PURE_PACKAGES = [
  '@noble/hashes',
  'csv-parse',
  'csv-stringify',
  'fast-xml-parser',
  'fflate',
  'ipaddr.js',
  'jsonata',
  'luxon',
  'marked',
  'node-html-markdown',
  'node-html-parser',
  're2js',
  'read-excel-file',
  'write-excel-file',
  'yaml',
  'zod',
];

/** Who stands on whom: functions → shared → engine; infra/local mounts handlers; nothing imports tests. */
const RULES: readonly Rule[] = [
  {
    in: under('engine'),
    mayImport: (imported) => under('engine')(imported) || packageIn(...PURE_PACKAGES)(imported),
    because:
      'the engine is pure: it imports itself and small pure libraries, and asks the outside through engine/ports.ts',
  },
  {
    in: under('shared'),
    mayImport: (imported) =>
      !ours(imported) ||
      under('shared')(imported) ||
      imported === 'engine/index.ts' ||
      under('engine')(imported),
    because: 'shared stands on the engine and on nothing above it',
  },
  {
    in: under('functions'),
    mayImport: (imported) =>
      under('functions', 'shared', 'engine')(imported) ||
      (!ours(imported) && !imported.startsWith('@aws-sdk/')),
    because: 'handlers are thin: they use shared and the engine, and hold no SDK client',
  },
  {
    in: (path) => under('infra')(path) && !under('infra/local')(path),
    mayImport: (imported) =>
      !ours(imported) ||
      under('infra', 'shared/contracts')(imported) ||
      imported === 'shared/store/table.ts' ||
      imported === 'shared/adapters/names.ts',
    because: 'stacks import contracts and names; function code is only referred to as a path',
  },
  {
    in: (path) => !under('test')(path),
    mayImport: (imported) => !under('test')(imported),
    because: 'production files never import tests',
  },
];

/** The egress client with its rules of addresses, and the connection to the database. */
const SPEAKERS = [
  'shared/adapters/egress',
  'shared/adapters/sql/',
  'shared/adapters/address.ts',
  'shared/store/connection.ts',
];

const NETWORK = [
  'undici',
  'nodemailer',
  'mysql2',
  'pg',
  'node:http',
  'node:https',
  'node:net',
  'node:tls',
  'axios',
];

/** What would let the outside into the engine without a port. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bfetch\(|\bprocess\.|\bconsole\.|\bsetTimeout\(|\bsetInterval\(/;
const VAGUE_NAMES = /(^|\/)(utils?|helpers?|common|misc|types)(\.ts|\/)/;

const withoutComments = (text: string) => text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('the architecture', () => {
  it('has sources to check', () => {
    expect(sources.length).toBeGreaterThan(50);
  });

  it.each(RULES.map((rule) => [rule.because, rule] as const))('%s', (_because, rule) => {
    const broken = sources
      .filter((file) => rule.in(file.path))
      .flatMap((file) =>
        file.imports.filter((each) => !rule.mayImport(each)).map((each) => `${file.path} → ${each}`),
      );

    expect(broken).toEqual([]);
  });

  it('keeps clocks, randomness, network and process out of the engine', () => {
    const impure = sources
      .filter((file) => under('engine')(file.path) && IMPURE.test(withoutComments(file.text)))
      .map((file) => file.path);

    expect(impure).toEqual([]);
  });

  it('lets only the clients of the outside, which check where they call, speak to others', () => {
    const speakers = sources
      .filter((file) => under('shared', 'functions', 'engine')(file.path))
      .filter((file) => file.imports.some(packageIn(...NETWORK)))
      .map((file) => file.path)
      .filter((path) => !SPEAKERS.some((allowed) => path.startsWith(allowed)));

    expect(speakers).toEqual([]);
  });

  it('has no file whose name says nothing', () => {
    expect(sources.map((file) => file.path).filter((path) => VAGUE_NAMES.test(path))).toEqual([]);
  });

  it('starts on one machine without the engine, which costs memory: its workers bring it, and the API when asked', () => {
    const statically = new Map(
      sources.map(({ path, text }) => [
        path,
        [...withoutComments(text).matchAll(STATIC_IMPORT)].map((match) => target(path, match[1] ?? '')),
      ]),
    );
    const reached = new Set(['infra/local/run.ts']);
    for (const path of reached) for (const next of statically.get(path) ?? []) reached.add(next);

    expect(reached).toContain('infra/local/local-instance.ts');
    expect(reached).not.toContain('engine/index.ts');
  });

  it('has no import cycle, not even of types', () => {
    const graph = new Map(sources.map(({ path, imports }) => [path, imports]));

    expect(findCycle(graph)).toBeNull();
  });
});

const STATIC_IMPORT = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+'([^']+)'/gm;

function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of graph.get(path) ?? []) {
      const cycle = graph.has(next) ? visit(next, [...trail, path]) : null;
      if (cycle) return cycle;
    }
    done.add(path);
    return null;
  };
  for (const path of graph.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return null;
}
