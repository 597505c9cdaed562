import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startDatabase } from '../../infra/local/dynoxide.ts';
import { openStore } from '../../infra/local/open-store.ts';
import { itemsIn, makeRowCache, writes } from '../../infra/local/row-cache.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';
import { aWorkflow } from '../store/store-builders.ts';
import { aHook, noTriggers } from '../store/trigger-builders.ts';

const keyOf = (pk: string) => () => ({ pk, sk: 'a' });
const answering = (...values: (string | null)[]) =>
  vi.fn(async () => (values.length > 0 ? (values.shift() ?? null) : 'more'));

describe('the row cache', () => {
  it('reads once until the item is written to', async () => {
    const cache = makeRowCache();
    const read = answering('first', 'second');

    expect(await cache.kept('x', keyOf('x'), read)).toBe('first');
    cache.forget(['other\na']);
    expect(await cache.kept('x', keyOf('x'), read)).toBe('first');
    cache.forget(['x\na']);
    expect(await cache.kept('x', keyOf('x'), read)).toBe('second');
    cache.forget('any');
    expect(await cache.kept('x', keyOf('x'), read)).toBe('more');
  });

  it('does not keep what was being read while the item was written to', async () => {
    const cache = makeRowCache();
    const slow = Promise.withResolvers<string>();
    const first = cache.kept('x', keyOf('x'), () => slow.promise);
    cache.forget(['x\na']);
    const second = cache.kept('x', keyOf('x'), async () => 'new');
    slow.resolve('old');

    expect(await first).toBe('old');
    expect(await second).toBe('new');
    expect(await cache.kept('x', keyOf('x'), async () => 'never')).toBe('new');
  });

  it('keeps neither what is not there nor failures', async () => {
    const cache = makeRowCache();
    const failing = async (): Promise<string> => Promise.reject(new Error('down'));

    expect(await cache.kept('x', keyOf('x'), answering(null))).toBeNull();
    await expect(cache.kept('x', keyOf('x'), failing)).rejects.toThrow('down');
    expect(await cache.kept('x', keyOf('x'), answering('there'))).toBe('there');
  });

  it('lets the oldest go when it is full', async () => {
    const cache = makeRowCache(2);
    for (const name of ['a', 'b', 'c']) await cache.kept(name, keyOf(name), answering(name));

    expect(await cache.kept('c', keyOf('c'), answering('again'))).toBe('c');
    expect(await cache.kept('a', keyOf('a'), answering('again'))).toBe('again');
  });
});

describe('the items of a command', () => {
  const plain = { pk: 'x', sk: 'a' };
  const typed = { pk: { S: 'y' }, sk: { S: 'b' } };

  it.each([
    ['a put', { Item: { ...plain, more: 1 } }, ['x\na']],
    ['an update', { Key: typed, UpdateExpression: 'SET #a = :a' }, ['y\nb']],
    [
      'a transaction',
      {
        TransactItems: [
          { Put: { Item: plain } },
          { Delete: { Key: typed } },
          { ConditionCheck: { Key: plain } },
        ],
      },
      ['x\na', 'y\nb', 'x\na'],
    ],
    [
      'a batch',
      { RequestItems: { table: [{ PutRequest: { Item: plain } }, { DeleteRequest: { Key: typed } }] } },
      ['x\na', 'y\nb'],
    ],
  ])('are those of %s', (_, input, items) => {
    expect(itemsIn(input)).toEqual(items);
  });

  it('are asked for of writes only', () => {
    const names = [
      'GetCommand',
      'QueryCommand',
      'BatchGetItemCommand',
      'PutCommand',
      'TransactWriteItemsCommand',
    ];
    expect(names.filter(writes)).toEqual(['PutCommand', 'TransactWriteItemsCommand']);
  });
});

describe('the route of a webhook', () => {
  it('is read once, and follows publishing at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stepwell-cache-'));
    const database = await startDatabase({ file: join(folder, 'x.db'), log: () => undefined });
    onTestFinished(async () => {
      await database.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const { connection } = openStore({
      endpoint: database.endpoint,
      journals: join(folder, 'journals.db'),
      table: 'cache-test',
      cursorKey: new Uint8Array(32),
      payloads: folder,
    });
    const stores = makeStores(connection);
    await createTable(connection.client, 'cache-test');
    const reads = vi.fn();
    connection.document.middlewareStack.add(
      (next, { commandName = '' }) =>
        (command) => {
          if (/^Get/.test(commandName)) reads(commandName);
          return next(command);
        },
      { step: 'initialize' },
    );
    const { id: workflowId } = await aWorkflow(stores);
    const hook = aHook({ nodeId: 'start' });
    const publish = () =>
      stores.workflows.publish({ workflowId, version: 1, ...noTriggers, webhooks: [hook] });
    const { webhooks } = await publish();
    const hookId = webhooks[0]?.hookId ?? '';
    const route = () => stores.webhooks.route('POST', hookId);

    reads.mockClear();
    const found = await Promise.all([route(), route(), route()]);
    expect(await route()).toEqual(webhooks[0]);
    expect(found).toEqual(Array(3).fill(webhooks[0]));
    expect(reads).toHaveBeenCalledTimes(1);

    await stores.workflows.unpublish(workflowId);
    expect(await route()).toBeNull();
    await publish();
    expect(await route()).toMatchObject({ hookId, isActive: true });
    await stores.workflows.remove(workflowId);
    expect(await route()).toBeNull();
  });
});
