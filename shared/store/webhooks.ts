import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import { type GuardedWrite, type Key, transact, type Write } from './guarded-write.ts';
import { type PageQuery, readPage } from './page.ts';
import { repeated } from './rows.ts';
import {
  type NewWebhook,
  planRoutes,
  slugTaken,
  type Target,
  type WebhookColumns,
} from './webhook-publication.ts';
import {
  addressOf,
  type HookAddress,
  isHookMethod,
  type WebhookRecord,
  webhookEntity,
} from './webhook-row.ts';

export const MAX_WEBHOOKS = 30;

export const makeWebhookStore = (connection: StoreConnection) => {
  const entity = webhookEntity(connection);
  const { document, table: TableName } = connection;
  const now = () => new Date(connection.clock.now()).toISOString();
  const complete = (stored: unknown): WebhookRecord =>
    ({ name: null, authToken: null, authSecret: null, ...(stored as object) }) as WebhookRecord;

  const keyOf = ({ hookId, method }: Pick<WebhookRecord, 'hookId' | 'method'>) =>
    entity.get({ hookId, method }).params<{ Key: Key }>().Key;

  const at = async ({
    hookId,
    method,
  }: Pick<HookAddress, 'hookId' | 'method'>): Promise<WebhookRecord | null> => {
    const { data } = await send(() => entity.get({ hookId, method }).go({ consistent: true }));
    return data && complete(data);
  };

  const all = async (hookId: string): Promise<WebhookRecord[]> => {
    const { data } = await send(() => entity.query.primary({ hookId }).go({ limit: 10, consistent: true }));
    return data.map(complete);
  };

  const put = ({ name, authToken, authSecret, ...row }: WebhookRecord, condition: object): Write => {
    const nullable = Object.entries({ name, authToken, authSecret }).filter(([, value]) => value !== null);
    const params = entity.put({ ...row, ...Object.fromEntries(nullable) });
    const { Item } = params.params<NonNullable<Write['Put']>>();
    return { Put: { TableName, Item, ...condition } };
  };

  const change = (before: WebhookRecord, changes: Partial<WebhookColumns>) => {
    const after: WebhookRecord = { ...before, ...changes, updatedAt: now(), revision: before.revision + 1 };
    const write = put(after, {
      ConditionExpression: '#revision = :revision',
      ExpressionAttributeNames: { '#revision': 'revision' },
      ExpressionAttributeValues: { ':revision': before.revision },
    });
    return { after, write: { write, refused: changed } };
  };

  /** The row at an address that nobody has, and where to find it by its id. */
  const place = (row: WebhookRecord): GuardedWrite[] => {
    const refused = () => slugTaken(row);
    return [
      {
        write: put(row, {
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': 'pk' },
        }),
        refused,
      },
      {
        write: { Put: { TableName, Item: { ...idKey(row.id), hookId: row.hookId, method: row.method } } },
        refused,
      },
    ];
  };

  const prepare = (columns: WebhookColumns): WebhookRecord => ({
    ...columns,
    id: newId('hook'),
    createdAt: now(),
    updatedAt: now(),
    revision: 1,
  });

  const removal = (address: Pick<HookAddress, 'hookId' | 'method'>): GuardedWrite => ({
    write: { Delete: { TableName, Key: keyOf(address) } },
    refused: changed,
  });

  const read = async (addresses: readonly HookAddress[]): Promise<WebhookRecord[]> =>
    (await Promise.all(addresses.map(at))).filter((row) => row !== null);

  const get = async (id: string): Promise<WebhookRecord | null> => {
    const { Item } = await send(() =>
      document.send(new GetCommand({ TableName, Key: idKey(id), ConsistentRead: true })),
    );
    const row = Item ? await at(Item as HookAddress) : null;
    return row?.id === id ? row : null;
  };

  return {
    get,
    prepare,
    place,
    removal,
    /** One read at most: what a delivery needs. Null when there is no such hook, or it is switched off. */
    route: async (method: string, hookId: string): Promise<WebhookRecord | null> => {
      if (!isHookMethod(method)) return null;
      return connection.kept(
        `webhook ${method} ${hookId}`,
        () => keyOf({ hookId, method }),
        async () => {
          const row = await at({ hookId, method });
          return row?.isActive ? row : null;
        },
      );
    },
    /** Those at an address that are switched on, one for each method. */
    routes: async (hookId: string): Promise<WebhookRecord[]> =>
      (await all(hookId)).filter((row) => row.isActive),
    /** What publishing writes, given where the workflow's webhooks are. */
    republished: async (before: readonly HookAddress[], wanted: readonly NewWebhook[], target: Target) => {
      const { plans, removed } = planRoutes(await read(before), wanted, target);
      if (plans.length > MAX_WEBHOOKS) throw tooMany(plans.length);
      const written = plans.map(({ before: old, after, token }) => {
        if (!old) {
          const webhook = prepare(after);
          return { webhook, token, writes: place(webhook) };
        }
        const { after: webhook, write } = change(old, after);
        const moves = old.hookId !== after.hookId;
        return { webhook, token, writes: moves ? [removal(old), ...place(webhook)] : [write] };
      });
      return {
        webhooks: written.map(({ webhook }) => webhook),
        /** By id of the webhook: what senders need, shown once. */
        tokens: new Map(
          written.flatMap(({ webhook, token }) => (token === null ? [] : [[webhook.id, token]])),
        ),
        addresses: written.map(({ webhook }) => addressOf(webhook)),
        writes: [...written.flatMap(({ writes }) => writes), ...removed.map(removal)],
      };
    },
    /** What unpublishing writes: the addresses are kept. */
    switchedOff: async (addresses: readonly HookAddress[]): Promise<GuardedWrite[]> =>
      (await read(addresses)).map((row) => change(row, { isActive: false }).write),
    /** Changes a webhook; with `shared`, all of its address in one transaction. Throws `resource.notFound`. */
    update: async (
      id: string,
      changes: Partial<WebhookColumns>,
      expectedRevision?: number,
      shared: Partial<WebhookColumns> = {},
    ): Promise<WebhookRecord> =>
      repeated(expectedRevision, async () => {
        const before = await get(id);
        if (!before) throw new AppError('resource.notFound', 'There is no such webhook.');
        if (expectedRevision !== undefined && expectedRevision !== before.revision) throw changed();
        const others = Object.keys(shared).length > 0 ? await all(before.hookId) : [];
        const { after, write } = change(before, { ...shared, ...changes });
        const siblings = others.filter((row) => row.id !== id && row.workflowId === before.workflowId);
        await transact(connection, [write, ...siblings.map((row) => change(row, shared).write)]);
        return after;
      }),
    listByWorkflow: ({ workflowId, ...page }: PageQuery & { workflowId: string }) =>
      readPage(connection, entity.query.byWorkflow({ workflowId }), complete, {
        ...page,
        list: 'webhooks.byWorkflow',
        filters: { workflowId },
      }),
    listByOwner: ({ ownerId, ...page }: PageQuery & { ownerId: string }) =>
      readPage(connection, entity.query.byOwner({ ownerId }), complete, {
        ...page,
        list: 'webhooks.byOwner',
        filters: { ownerId },
        order: 'desc',
      }),
    removeAll: async (addresses: readonly HookAddress[]): Promise<void> => {
      for (const address of addresses)
        for (const Key of [keyOf(address), { ...idKey(address.id) }])
          await send(() => document.send(new DeleteCommand({ TableName, Key })));
    },
    /** Where they were found by their ids; harmless while it is there. */
    forget: async (ids: readonly string[]): Promise<void> => {
      for (const id of ids)
        await send(() => document.send(new DeleteCommand({ TableName, Key: { ...idKey(id) } })));
    },
  };
};

const idKey = (id: string): Key => ({ pk: `webhook-id#${id}`, sk: 'a' });

const changed = () => new AppError('resource.changed', 'The webhook was changed meanwhile. Read it again.');

const tooMany = (count: number) =>
  new AppError(
    'request.invalid',
    `A workflow may have ${MAX_WEBHOOKS} webhooks, one for each method; this makes ${count}.`,
  );
