import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type ChildInstance, startChild } from '../../infra/local/child-instance.ts';

/** A data folder for one test. */
export const aDataFolder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'stepwell-e2e-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'state');
};

/** An instance that is stopped when the test is over. */
export const anInstance = async (
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildInstance> => {
  const instance = await startChild(folder, env);
  onTestFinished(async () => {
    await instance.stop();
  });
  return instance;
};

/** The processes an instance has started: its database. */
export const childrenOf = (instance: ChildInstance): number[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === instance.process.pid)
    .map(([pid]) => pid ?? 0);

/** `kill -9`, and waits until it is gone. */
export const killInstance = async (instance: ChildInstance): Promise<void> => {
  const gone = once(instance.process, 'exit');
  instance.process.kill('SIGKILL');
  await gone;
};
