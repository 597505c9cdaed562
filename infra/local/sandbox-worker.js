import { importCompiled } from './compile-cache.js';

const { runSandboxThread } = await importCompiled(() => import('../../shared/sandbox/sandbox-thread.ts'));
runSandboxThread();
