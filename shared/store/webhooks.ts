import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'electrodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { send } from './failures.ts';
import { indexBy, model } from './row-columns.ts';
import type { GuardedWrite, Key, Write } from './rows.ts';
import { TABLE } from './table.ts';

export type HookMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';

/** A row of `webhooks`, and at once the route that a delivery looks up. */
export interface WebhookRecord {
  readonly id: string;
  readonly workflowId: string;
  readonly ownerId: string;
  readonly nodeId: string;
  /** The pattern of what follows the hook id in the address: `orders/:id`, or nothing. */
  readonly path: string;
  readonly method: HookMethod;
  readonly authEnabled: boolean;
  /** A hash. */
  readonly authToken: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The first part of the address; stays with the node over republishing. */
  readonly hookId: string;
  readonly workflowVersionId: string;
  readonly version: number;
  readonly responseMode: 'immediately' | 'lastNode' | 'respondNode';
  /** False while the workflow is unpublished: the address is kept, and answers as if it were not there. */
  readonly isActive: boolean;
}

/** What stays of a webhook while its workflow changes; kept with the workflow, whose read is consistent. */
export type HookAddress = Pick<WebhookRecord, 'id' | 'createdAt' | 'nodeId' | 'method' | 'hookId'>;

export type NewWebhook = Pick<WebhookRecord, 'nodeId' | 'path' | 'method' | 'responseMode'> &
  Partial<Pick<WebhookRecord, 'authEnabled' | 'authToken'>>;

type PreparedWebhook = NewWebhook &
  Pick<WebhookRecord, 'workflowId' | 'ownerId' | 'workflowVersionId' | 'version' | 'hookId'> &
  Partial<Pick<WebhookRecord, 'id' | 'createdAt'>>;

const webhookEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('webhook'),
      attributes: {
        id: { type: 'string', required: true },
        workflowId: { type: 'string', required: true },
        ownerId: { type: 'string', required: true },
        nodeId: { type: 'string', required: true },
        path: { type: 'string', required: true },
        method: { type: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'] as const, required: true },
        authEnabled: { type: 'boolean', required: true },
        authToken: { type: 'string' },
        createdAt: { type: 'string', required: true },
        updatedAt: { type: 'string', required: true },
        hookId: { type: 'string', required: true },
        workflowVersionId: { type: 'string', required: true },
        version: { type: 'number', required: true },
        responseMode: { type: ['immediately', 'lastNode', 'respondNode'] as const, required: true },
        isActive: { type: 'boolean', required: true },
      },
      indexes: {
        primary: {
          pk: { field: TABLE.partitionKey, composite: ['hookId'], casing: 'none' },
          sk: { field: TABLE.sortKey, composite: ['method'], casing: 'none' },
        },
        byWorkflow: indexBy('gsi1', ['workflowId'], ['path', 'id']),
      },
    },
    { client, table },
  );

/** A transaction takes 100 items; a workflow with more webhooks than this is refused. */
const MAX_ROUTES = 40;

export const makeWebhookStore = (connection: StoreConnection) => {
  const entity = webhookEntity(connection);
  const complete = (
    row: Omit<WebhookRecord, 'authToken'> & { authToken?: string | undefined },
  ): WebhookRecord => ({
    ...row,
    authToken: row.authToken ?? null,
  });
  const now = () => new Date(connection.clock.now()).toISOString();

  const prepare = (hook: PreparedWebhook): WebhookRecord => ({
    id: newId('hook'),
    createdAt: now(),
    authEnabled: false,
    authToken: null,
    ...hook,
    updatedAt: now(),
    isActive: true,
  });

  const keyOf = ({ hookId, method }: Pick<WebhookRecord, 'hookId' | 'method'>) =>
    entity.get({ hookId, method }).params<{ Key: Key }>().Key;

  const conflict = () => new AppError('resource.changed', 'The webhooks were changed meanwhile; try again.');

  const put = ({ authToken, ...row }: WebhookRecord): GuardedWrite => {
    const { Item, TableName } = entity
      .put({ ...row, ...(authToken === null ? {} : { authToken }) })
      .params<NonNullable<Write['Put']>>();
    return { write: { Put: { TableName, Item } }, refused: conflict };
  };

  const removal = (row: HookAddress): GuardedWrite => ({
    write: { Delete: { TableName: connection.table, Key: keyOf(row) } },
    refused: conflict,
  });

  const read = async (addresses: readonly HookAddress[]): Promise<WebhookRecord[]> => {
    const found = await Promise.all(
      addresses.map(({ hookId, method }) =>
        send(() => entity.get({ hookId, method }).go({ consistent: true })),
      ),
    );
    return found.flatMap(({ data }) => (data ? [complete(data)] : []));
  };

  return {
    prepare,
    read,
    /** All of a workflow, by path, as the index knows them. */
    listByWorkflow: async (workflowId: string): Promise<WebhookRecord[]> => {
      const { data } = await send(() => entity.query.byWorkflow({ workflowId }).go({ limit: MAX_ROUTES }));
      return data.map(complete);
    },
    /** One read at most: what a delivery needs. Null when there is no such hook, or it is switched off. */
    route: async (method: string, hookId: string): Promise<WebhookRecord | null> => {
      if (!isHookMethod(method)) return null;
      return connection.kept(
        `webhook ${method} ${hookId}`,
        () => keyOf({ hookId, method }),
        async () => {
          const { data } = await send(() => entity.get({ hookId, method }).go({ consistent: true }));
          return data?.isActive ? complete(data) : null;
        },
      );
    },
    methods: async (hookId: string): Promise<HookMethod[]> => {
      const { data } = await send(() => entity.query.primary({ hookId }).go({ limit: 10, consistent: true }));
      return data.filter((row) => row.isActive).map((row) => row.method);
    },
    replacement: (old: readonly HookAddress[], routes: readonly WebhookRecord[]): GuardedWrite[] => {
      if (routes.length > MAX_ROUTES)
        throw new AppError(
          'request.invalid',
          `A workflow may have ${MAX_ROUTES} webhooks; this one has ${routes.length}.`,
        );
      const kept = (row: HookAddress) =>
        routes.some((route) => route.hookId === row.hookId && route.method === row.method);
      return [...routes.map(put), ...old.filter((row) => !kept(row)).map(removal)];
    },
    switchedOff: (old: readonly WebhookRecord[]): GuardedWrite[] =>
      old.map((row) => put({ ...row, isActive: false, updatedAt: now() })),
    removeAll: async (addresses: readonly HookAddress[]): Promise<void> => {
      for (const address of addresses)
        await send(() =>
          connection.document.send(new DeleteCommand({ TableName: connection.table, Key: keyOf(address) })),
        );
    },
  };
};

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const isHookMethod = (method: string): method is HookMethod => METHODS.includes(method);
