import { importCompiled } from './compile-cache.js';

// What is imported by name would be loaded before the cache is there.
await importCompiled(() => import('./interpreter-thread.ts'));
