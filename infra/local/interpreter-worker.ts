import { keepCompiled } from './compile-cache.ts';

// What is imported by name would be loaded before the cache is there.
keepCompiled();
await import('./interpreter-thread.ts');
