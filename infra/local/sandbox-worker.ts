import { importCompiled } from './compile-cache.ts';

const { runSandboxThread } = await importCompiled(() => import('../../shared/sandbox/sandbox-thread.ts'));
runSandboxThread();
