import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Loads a module through a cache of what Node makes of the sources, types stripped: that halves a start and saves a sixth of
 * the memory. The cache is in a folder of our own, as what is in it is run. Where it cannot be written, nothing changes.
 * Plain JavaScript, like the entries that use it: what strips types is not even loaded where the cache has everything.
 *
 * @template Module
 * @param {() => Promise<Module>} load
 * @returns {Promise<Module>}
 */
export const importCompiled = async (load) => {
  enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/stepwell'));
  const loaded = await load();
  // At once, and not when the process ends: it may be killed.
  flushCompileCache();
  return loaded;
};
