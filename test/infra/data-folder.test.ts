import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openDataFolder } from '../../infra/local/data-folder.ts';
import { nodeProblem } from '../../infra/local/node-version.js';
import { isDefunct, processStart } from '../../infra/local/process-start.ts';
import { startMessage } from '../../infra/local/start-error.ts';

const aFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'stepwell-folder-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return join(path, 'state');
};

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the data folder', () => {
  it('and its secrets can be read by their owner only', () => {
    const folder = openDataFolder(aFolder());

    expect(mode(folder.path)).toBe('700');
    expect(mode(join(folder.path, 'keys'))).toBe('700');
    expect(mode(join(folder.path, 'keys', 'cursor.key'))).toBe('600');
    expect(mode(join(folder.path, 'setup-token'))).toBe('600');
  });

  it('keeps its secrets from one start to the next', () => {
    const path = aFolder();
    const first = openDataFolder(path);
    first.release();

    const second = openDataFolder(path);

    expect(second.cursorKey).toEqual(first.cursorKey);
    expect(second.cursorKey).toHaveLength(32);
    expect(second.setupToken).toBe(first.setupToken);
  });

  it('loses what a killed process was writing, and no payload', () => {
    const path = aFolder();
    openDataFolder(path).release();
    const payload = join(path, 'payloads', 'exec_1');
    writeFileSync(payload, 'whole');
    writeFileSync(join(path, 'payloads', '.4711-2-0'), 'half');

    openDataFolder(path);

    expect(readdirSync(join(path, 'payloads'))).toEqual(['exec_1']);
  });

  it('uses the set-up token it is given and does not keep it', () => {
    const folder = openDataFolder(aFolder(), { setupToken: 'given' });

    expect(folder.setupToken).toBe('given');
    expect(existsSync(join(folder.path, 'setup-token'))).toBe(false);
  });

  it('is refused on a disk that is nearly full', () => {
    const open = () => openDataFolder(aFolder(), { freeBytes: () => 63.9 * 1024 * 1024 });

    expect(open).toThrow(/has 63 MiB left, and Stepwell needs 64 to start/);
  });

  it('is refused where a file stands', () => {
    const path = aFolder();
    writeFileSync(path, '');

    expect(() => openDataFolder(path)).toThrow(/cannot be made/);
  });
});

describe('the lock of a data folder', () => {
  const lockOf = (path: string) => join(path, 'instance.lock');

  it('keeps a second instance out, in one line', () => {
    const path = aFolder();
    openDataFolder(path);

    expect(() => openDataFolder(path)).toThrow(
      `The data folder ${path} is used by another Stepwell (process ${process.pid}). Stop it, or choose another folder with STEPWELL_DATA.`,
    );
  });

  it('is free after its release', () => {
    const path = aFolder();
    openDataFolder(path).release();

    expect(existsSync(lockOf(path))).toBe(false);
    expect(() => openDataFolder(path)).not.toThrow();
  });

  it.each([
    ['of a process that is gone', () => ({ pid: 2 ** 22 + 1, startedAt: '1' })],
    ['of a process whose id was used again', () => ({ pid: process.pid, startedAt: 'before' })],
    ['that cannot be read', () => null],
  ])('%s is taken over', (_case, holder) => {
    const path = aFolder();
    openDataFolder(path).release();
    const stale = holder();
    writeFileSync(lockOf(path), stale === null ? '{' : JSON.stringify(stale));

    openDataFolder(path);

    expect(JSON.parse(readFileSync(lockOf(path), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('of a living process of somebody else is kept', () => {
    const path = aFolder();
    openDataFolder(path).release();
    const other = spawn('sleep', ['30']);
    onTestFinished(() => void other.kill());
    const pid = other.pid ?? 0;
    writeFileSync(lockOf(path), JSON.stringify({ pid, startedAt: processStart(pid) }));

    expect(() => openDataFolder(path)).toThrow(`(process ${pid})`);
  });

  it.runIf(process.platform === 'linux')(
    'of a process that is over, and whose parent does not ask how, is taken over',
    async () => {
      const path = aFolder();
      openDataFolder(path).release();
      const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 30']);
      onTestFinished(() => void parent.kill());
      const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
      await vi.waitUntil(() => isDefunct(pid), { timeout: 10_000 });
      writeFileSync(lockOf(path), JSON.stringify({ pid, startedAt: processStart(pid) }));

      openDataFolder(path);

      expect(JSON.parse(readFileSync(lockOf(path), 'utf8'))).toMatchObject({ pid: process.pid });
    },
  );
});

describe('what stops the start', () => {
  it.each([
    ['20.18.1', /needs Node 24 or newer and this is 20.18.1/],
    ['22.18.0', /needs Node 24/],
  ])('Node %s', (version, message) => {
    expect(nodeProblem(version)).toMatch(message);
  });

  it('is not Node 24 or newer', () => {
    expect(nodeProblem('24.0.0')).toBeNull();
    expect(nodeProblem('26.1.0')).toBeNull();
  });

  it.each(['stepwell.db', 'journals.db'])(
    'is told when %s is something else, and the folder is free again',
    (name) => {
      const path = aFolder();
      openDataFolder(path).release();
      writeFileSync(join(path, name), '');
      openDataFolder(path).release();
      writeFileSync(join(path, name), 'SQLite format 2 '.repeat(512));

      expect(() => openDataFolder(path)).toThrow(`${name} is not a database`);

      writeFileSync(join(path, name), 'SQLite format 3\0 and so on');
      openDataFolder(path).release();
    },
  );

  it('is told in one line when the disk is full', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

    expect(startMessage(error)).toBe('There is no room left on the disk. Make some and start again.');
  });
});
