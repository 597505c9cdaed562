import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, connect as openSocket } from 'node:net';
import { arch, platform } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from './start-error.ts';

export interface DatabaseOptions {
  /** Where the database keeps its data. One process per file. */
  readonly file: string;
  readonly log: (entry: object) => void;
  /** A DynamoDB that runs already. */
  readonly endpoint?: string | undefined;
}

export interface Database {
  readonly endpoint: string;
  /** Of the child process; null when somebody else runs the database. */
  readonly pid: () => number | null;
  stop(): Promise<void>;
}

const RESTART_MILLISECONDS = 10;
const READY_MILLISECONDS = 10_000;
const STOP_MILLISECONDS = 3_000;

/**
 * Starts the embedded DynamoDB as a child process and starts it again whenever it ends: some inputs abort it, and what it
 * acknowledged is on disk. It does not end with its parent, so one that a killed parent left is found by its pid file and ended first.
 */
export const startDatabase = async ({ file, log, endpoint }: DatabaseOptions): Promise<Database> => {
  if (endpoint !== undefined) return { endpoint, pid: () => null, stop: async () => {} };
  const binary = findBinary();
  const pidFile = pidFileOf(file);
  await endStale(pidFile, file);
  const port = await freePort();
  let child: ChildProcess | undefined;
  let stopping = false;

  const launch = (): void => {
    const launched = spawn(binary, ['--host', '127.0.0.1', '--port', String(port), '--db-path', file], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own: Ctrl-C is for Stepwell, which ends its database last.
      detached: true,
    });
    child = launched;
    let complaint = '';
    launched.stderr?.on('data', (chunk: Buffer) => {
      complaint = `${complaint}${chunk}`.slice(-1_000);
    });
    if (launched.pid !== undefined)
      writeFileSync(pidFile, `${launched.pid} ${endpointAt(port)}`, { mode: 0o600 });
    launched.once('error', (error) =>
      log({ level: 'error', message: 'database did not start', error: error.message }),
    );
    launched.once('exit', (code, signal) => {
      if (stopping) return;
      log({ level: 'warn', message: 'database ended; starting it again', code, signal, complaint });
      setTimeout(() => !stopping && launch(), RESTART_MILLISECONDS);
    });
  };

  const endWithParent = () => child?.kill('SIGKILL');
  process.once('exit', endWithParent);
  launch();
  const stop = async (): Promise<void> => {
    stopping = true;
    process.off('exit', endWithParent);
    await end(child);
    rmSync(pidFile, { force: true });
  };
  try {
    await untilReady(port);
  } catch (error) {
    await stop();
    throw new StartError('The embedded database did not start; see the log lines above.', { cause: error });
  }
  return { endpoint: endpointAt(port), pid: () => child?.pid ?? null, stop };
};

const pidFileOf = (file: string): string => `${file}.pid`;
const endpointAt = (port: number): string => `http://127.0.0.1:${port}`;

/** Where the database of a running instance listens, by the file it keeps its data in. */
export const runningDatabase = (file: string): string => {
  const pidFile = pidFileOf(file);
  const endpoint = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').split(' ')[1] : undefined;
  if (endpoint !== undefined) return endpoint;
  throw new StartError(
    'The instance that runs has another database than that of its folder: set DYNAMODB_ENDPOINT as it has it.',
  );
};

const findBinary = (): string => {
  const name = `@dynoxide/${platform()}-${arch()}`;
  try {
    return createRequire(import.meta.url).resolve(`${name}/dynoxide`);
  } catch (error) {
    throw new StartError(
      `There is no embedded database for this platform (${name}). Set DYNAMODB_ENDPOINT to a DynamoDB that runs, DynamoDB Local for one.`,
      { cause: error },
    );
  }
};

/** Ends the database that a killed instance left behind; never another process that got its number. */
const endStale = async (pidFile: string, file: string): Promise<void> => {
  let pid: number;
  try {
    pid = Number(readFileSync(pidFile, 'utf8').split(' ')[0]);
  } catch {
    return;
  }
  while (isDatabaseOf(pid, file)) {
    process.kill(pid, 'SIGKILL');
    await delay(RESTART_MILLISECONDS);
  }
};

const isDatabaseOf = (pid: number, file: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(file);
  } catch {
    return false;
  }
};

/** `--port 0` would print 0, so the port is chosen here. */
const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

const untilReady = async (port: number): Promise<void> => {
  const giveUp = performance.now() + READY_MILLISECONDS;
  while (!(await answers(port))) {
    if (performance.now() > giveUp) throw new Error(`Nothing answered on port ${port}.`);
    await delay(2);
  }
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = openSocket({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

const end = async (child: ChildProcess | undefined): Promise<void> => {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([
    ended,
    delay(STOP_MILLISECONDS, undefined, { ref: false }).then(() => child.kill('SIGKILL')),
  ]);
};
