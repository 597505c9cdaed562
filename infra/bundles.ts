import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { slimPackages } from './slim-packages.ts';

export interface Bundle {
  /** Bytes of all its files, source maps left out. */
  readonly bytes: number;
  /** Bytes that a cold start reads: what is imported when first used is not among them. */
  readonly coldBytes: number;
  /** Packages that a cold start reads something of. */
  readonly coldPackages: readonly string[];
}

const ROOT = resolve(import.meta.dirname, '..');

/** Some packages are CommonJS and ask for Node's own modules by `require`, which an ES module has not. */
const BANNER = `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);`;

/**
 * Makes the code of each named function, `functions/<name>/lambda.ts`, in a folder of its own below `folder`: the file
 * `<name>.mjs` and those that it imports. What is imported when first used stays in files of its own.
 */
export const bundleFunctions = async (
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, Bundle>> => {
  // All at once: what they share is read, and made small, a single time.
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(names.map((name) => [name, `functions/${name}/lambda.ts`])),
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    sourcemap: 'linked',
    sourcesContent: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    banner: { js: BANNER },
    plugins: [slimPackages(ROOT)],
    logLevel: 'error',
    metafile: true,
    write: false,
  });
  const contents = new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
  await rm(folder, { recursive: true, force: true });
  const bundles = names.map(async (name): Promise<[string, Bundle]> => {
    const path = join(folder, name);
    await mkdir(path, { recursive: true });
    const files = reachable(metafile, `out/${name}.mjs`, ANY_IMPORT);
    for (const file of files.flatMap((each) => [each, `${each}.map`]))
      await writeFile(join(path, file), contents.get(file) ?? '');
    const bytesOf = (each: readonly string[]) =>
      each.reduce((sum, file) => sum + (contents.get(file)?.length ?? 0), 0);
    const cold = reachable(metafile, `out/${name}.mjs`, STATIC_IMPORT);
    return [
      name,
      { bytes: bytesOf(files), coldBytes: bytesOf(cold), coldPackages: packagesIn(metafile, cold) },
    ];
  });
  return new Map(await Promise.all(bundles));
};

const STATIC_IMPORT = new Set(['import-statement']);
const ANY_IMPORT = new Set(['import-statement', 'dynamic-import', 'require-call']);

/** The names of a file and of all that it comes to import. */
const reachable = ({ outputs }: Metafile, start: string, kinds: ReadonlySet<string>): readonly string[] => {
  const found = new Set([start]);
  for (const path of found)
    for (const { path: imported, kind, external } of outputs[path]?.imports ?? [])
      if (!external && kinds.has(kind)) found.add(imported);
  return [...found].map((path) => basename(path));
};

const packagesIn = ({ outputs }: Metafile, files: readonly string[]): readonly string[] => {
  const sources = files.flatMap((file) => Object.entries(outputs[`out/${file}`]?.inputs ?? {}));
  const names = sources.flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput === 0
      ? []
      : (/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1] ?? []),
  );
  return [...new Set(names)].sort();
};
