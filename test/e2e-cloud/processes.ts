import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where what it says goes. */
  readonly log: string;
  readonly milliseconds: number;
}

/** Runs a command to its end. Throws with the end of what it said when it fails or takes too long. */
export const run = async (command: Command): Promise<void> => {
  const { child, said } = start(command);
  const timer = setTimeout(() => child.kill('SIGKILL'), command.milliseconds);
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  if (code === 0) return;
  const what = [command.file, ...command.args].join(' ');
  throw new Error(`${what} ended with ${code ?? 'no code, after being killed'}:\n${said().slice(-3_000)}`);
};

/** Starts a command that goes on, in a process group of its own. */
export const start = ({ file, args, cwd, env, log }: Omit<Command, 'milliseconds'>) => {
  const child = spawn(file, args, {
    cwd,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const out = createWriteStream(log, { flags: 'a' });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text = `${text}${chunk}`.slice(-20_000);
      out.write(chunk);
    });
  child.on('error', (error) => {
    text += String(error);
  });
  return { child, said: () => text };
};

/** Ends a process and all that it started: kindly, then not. */
export const stopGroup = async (child: ChildProcess, patience: number): Promise<void> => {
  const { pid } = child;
  if (pid === undefined) return;
  const ended =
    child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await ended;
  clearTimeout(timer);
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
};
