import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A Stepwell in a process of its own. */
export interface ChildInstance {
  readonly process: ChildProcess;
  readonly apiUrl: string;
  readonly hooksUrl: string;
  /** Null once the set-up has been done. */
  readonly setupToken: string | null;
  /** All it has printed so far. */
  output(): string;
  /** Asks it to stop and answers its exit code. */
  stop(): Promise<number | null>;
}

const MAIN = join(import.meta.dirname, 'main.js');
const START_MILLISECONDS = 20_000;

/** Starts an instance on a data folder and free ports, and waits until it says that it is ready. */
export const startChild = async (
  dataFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildInstance> => {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...process.env, STEPWELL_PORT: '0', STEPWELL_DATA: dataFolder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not ready in time:\n${output}`)), START_MILLISECONDS);
    const take = (chunk: Buffer) => {
      output += chunk;
      if (!output.includes('\nReady ')) return;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`It ended with code ${code}:\n${output}`));
    });
  });
  await ready;
  const said = (label: string) => new RegExp(`^ +${label} +(\\S+)`, 'm').exec(output)?.[1] ?? null;
  return {
    process: child,
    apiUrl: new URL(said('API') ?? '').origin,
    hooksUrl: new URL(said('hooks') ?? '').origin,
    setupToken: said('set-up token'),
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
};
