import { parentPort } from 'node:worker_threads';
import type { SandboxProgram, SandboxReport } from '../../engine/ports.ts';
import { makeQuickJs } from './quickjs.ts';

export type ThreadMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'report'; readonly report: SandboxReport };

/** What a sandbox thread does: one program after the other, for as long as it is let live. */
export const runSandboxThread = (): void => {
  const port = parentPort;
  if (!port) throw new Error('A sandbox runs in a worker thread.');
  const tell = (message: ThreadMessage): void => port.postMessage(message);
  const quickjs = makeQuickJs();
  port.on('message', async (program: SandboxProgram) => {
    tell({ kind: 'report', report: await quickjs.run(program) });
  });
  tell({ kind: 'ready' });
};
