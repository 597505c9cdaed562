import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  readonly deprecated?: string;
}

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../..', name), 'utf8'));
const own = read('package.json');
const locked: Readonly<Record<string, Locked>> = read('package-lock.json').packages;
const packages = Object.entries(locked).filter(([path]) => path !== '');
const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Where nothing else is said, it is the registry of whoever installs, and the hash says that it is the same. */
const REGISTRY = 'https://registry.npmjs.org/';

describe('IN-02 packages', () => {
  it('are those that were reviewed: from the public registry, byte by byte', () => {
    const loose = packages
      // What another package brings in itself is covered by the hash of that one.
      .filter(([, { inBundle }]) => !inBundle)
      .filter(
        ([, { resolved = REGISTRY, integrity = '' }]) =>
          !resolved.startsWith(REGISTRY) || !integrity.startsWith('sha512-'),
      );
    expect(packages.length).toBeGreaterThan(100);
    expect(loose.map(([path]) => path)).toEqual([]);
  });

  it('run nothing when they are installed, but for Node’s own', () => {
    const scripted = packages
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => nameOf(path));
    // esbuild's only replaces a link; it works without, and is not let run.
    expect([...new Set(scripted)].sort()).toEqual(['esbuild', 'node']);
    expect(own.allowScripts).toEqual({ node: true });
  });

  it('are locked as they are asked for', () => {
    for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'] as const)
      expect(read('package-lock.json').packages[''][kind], kind).toEqual(own[kind]);
  });

  it('are given up by nobody who makes them', () => {
    const given = packages.filter(([, { deprecated, inBundle }]) => deprecated && !inBundle);
    expect(given.map(([path, { deprecated }]) => `${nameOf(path)}: ${deprecated}`)).toEqual([]);
  });
});
