import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figures } from './figures.ts';
import { measureCode } from './local-code.ts';
import { measureExecutions } from './local-executions.ts';
import { measureKill } from './local-kill.ts';
import { measureLife } from './local-life.ts';
import { measureWebhooks } from './local-webhooks.ts';

/** The local edition, in a process of its own on a data folder of its own, with the callers on the same machine. */
export const measure = async (): Promise<Figures> => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-bench-'));
  try {
    const life = await measureLife(join(folder, 'life'));
    const webhooks = await measureWebhooks(join(folder, 'webhooks'));
    const code = await measureCode(join(folder, 'code'));
    const executions = await measureExecutions(join(folder, 'executions'));
    const kill = await measureKill(join(folder, 'kill'));
    return { ...life, ...webhooks, ...code, ...executions, ...kill };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
