import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { makeDiskGuard } from '../../infra/local/disk-guard.ts';
import { startDatabase } from '../../infra/local/dynoxide.ts';
import { openStore } from '../../infra/local/open-store.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';
import { anExecution, aUser } from '../store/store-builders.ts';

const MEBIBYTE = 1024 * 1024;

describe('the disk guard', () => {
  it('looks once a second, refuses below 32 MiB and says what to do', () => {
    let now = 0;
    const freeBytes = vi.fn(() => 40 * MEBIBYTE);
    const guard = makeDiskGuard({ folder: '/data', now: () => now, freeBytes });

    guard.mustHaveRoom();
    freeBytes.mockReturnValue(31.9 * MEBIBYTE);
    guard.mustHaveRoom();
    expect(freeBytes).toHaveBeenCalledTimes(1);
    now = 1_000;
    expect(() => guard.mustHaveRoom()).toThrow('The disk of /data has 31 MiB left. Make room');
    now = 2_000;
    freeBytes.mockReturnValue(32 * MEBIBYTE);
    guard.mustHaveRoom();
  });
});

describe('a nearly full disk', () => {
  it('takes no more of anything, and lets things be read and removed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepwell-disk-'));
    const database = await startDatabase({ file: join(folder, 'x.db'), log: () => undefined });
    onTestFinished(async () => {
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    let free = Infinity;
    const { connection } = openStore(
      {
        endpoint: database.endpoint,
        journals: join(folder, 'journals.db'),
        table: 'disk-test',
        cursorKey: new Uint8Array(32),
        payloads: folder,
      },
      () => undefined,
      { freeBytes: () => free },
    );
    await createTable(connection.client, 'disk-test');
    const stores = makeStores(connection);
    const user = await aUser(stores);
    const { record } = await stores.executions.accept(anExecution());
    free = 1 * MEBIBYTE;
    await vi.waitFor(
      () => expect(connection.payloads.put('short/x', Buffer.from('x'))).rejects.toThrow('1 MiB'),
      {
        timeout: 3_000,
      },
    );

    const full = { code: 'storage.full', status: 507 };
    await expect(stores.executions.accept(anExecution())).rejects.toMatchObject(full);
    await expect(aUser(stores)).rejects.toMatchObject(full);
    expect(await stores.executions.get(record.id)).toMatchObject({ status: 'pending' });
    expect(await stores.users.get(user.id)).toMatchObject({ id: user.id });
    await stores.executions.remove(record.id);
    expect(await stores.executions.get(record.id)).toBeNull();
  });
});
