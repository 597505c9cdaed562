import { isMainThread } from 'node:worker_threads';
import type { SandboxProgram, SandboxReport } from '../../engine/ports.ts';
import { makeSandboxPool } from '../../shared/sandbox/sandbox-pool.ts';

// This file is also what its threads run: a bundle is one file.
const pool = isMainThread ? makeSandboxPool({ script: new URL(import.meta.url), size: 1 }) : null;
pool?.warm();
if (!isMainThread) {
  const { runSandboxThread } = await import('../../shared/sandbox/sandbox-thread.ts');
  runSandboxThread();
}

/** Runs people's code, called by the interpreter and nobody else. Its role may do nothing. */
export const handler = (program: SandboxProgram): Promise<SandboxReport> => {
  if (!pool) throw new Error('Sandbox threads handle no invocations.');
  return pool.run(program, new AbortController().signal);
};
