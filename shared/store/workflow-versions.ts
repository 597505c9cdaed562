import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { Entity } from 'electrodb';
import { AppError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { StoreConnection } from './connection.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { send } from './failures.ts';
import type { GuardedWrite, Write } from './guarded-write.ts';
import type { Page, PageQuery } from './page.ts';
import { model } from './row-columns.ts';
import { TABLE } from './table.ts';
import {
  type StoredVersion,
  VERSION_DIGITS,
  versionReader,
  type WorkflowVersionRecord,
} from './version-reader.ts';

export type { WorkflowVersionRecord } from './version-reader.ts';

type NewVersion = Omit<WorkflowVersionRecord, 'id' | 'createdAt'>;

/** An item holds 400 KB; the rest of the row needs little. */
const INLINE_BYTES = 300 * 1024;

const versionEntity = ({ document: client, table }: StoreConnection) =>
  new Entity(
    {
      model: model('workflowVersion'),
      attributes: {
        id: { type: 'string', required: true },
        workflowId: { type: 'string', required: true },
        version: { type: 'number', required: true, padding: { length: VERSION_DIGITS, char: '0' } },
        definition: { type: 'string' },
        payload: { type: 'string' },
        createdAt: { type: 'string', required: true },
        createdBy: { type: 'string', required: true },
        notes: { type: 'string' },
      },
      indexes: {
        primary: {
          pk: { field: TABLE.partitionKey, composite: ['workflowId'], casing: 'none' },
          sk: { field: TABLE.sortKey, composite: ['version'], casing: 'none' },
        },
      },
    },
    { client, table },
  );

export const makeVersionStore = (connection: StoreConnection) => {
  const entity = versionEntity(connection);
  const { payloads } = connection;
  const prefixOf = (workflowId: string) => `definitions/${workflowId}/`;

  /** Puts a large definition aside before the transaction that refers to it. */
  const prepare = async ({ definition, ...input }: NewVersion): Promise<StoredVersion> => {
    const row = {
      ...input,
      notes: input.notes ?? undefined,
      id: newId('wfv'),
      createdAt: new Date(connection.clock.now()).toISOString(),
    };
    const text = JSON.stringify(definition);
    if (Buffer.byteLength(text) <= INLINE_BYTES) return { ...row, definition: text };
    const payload = `${prefixOf(input.workflowId)}${row.id}`;
    await payloads.put(payload, Buffer.from(text));
    return { ...row, payload };
  };

  const creation = (row: StoredVersion): GuardedWrite => {
    const { Item, TableName } = entity.put(row).params<NonNullable<Write['Put']>>();
    return {
      write: {
        Put: {
          TableName,
          Item,
          ConditionExpression: 'attribute_not_exists(#pk)',
          ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
        },
      },
      refused: () => new AppError('resource.changed', 'The workflow was changed meanwhile. Read it again.'),
    };
  };

  return {
    prepare,
    creation,
    get: versionReader(connection).get,
    /** Newest first, without their definitions. */
    list: async ({
      workflowId,
      limit,
      cursor,
      caller,
    }: PageQuery & { workflowId: string }): Promise<Page<Omit<WorkflowVersionRecord, 'definition'>>> => {
      const scope = { list: 'workflowVersions', caller, filters: { workflowId } };
      const position =
        cursor === undefined ? null : (readCursor(connection.cursorKey, scope, cursor).at ?? null);
      const found = await send(() =>
        entity.query.primary({ workflowId }).go({
          limit,
          cursor: position,
          order: 'desc',
          attributes: ['id', 'workflowId', 'version', 'createdAt', 'createdBy', 'notes'],
        }),
      );
      return {
        data: found.data.map(({ notes, ...row }) => ({ ...row, notes: notes ?? null })),
        nextCursor:
          found.cursor === null ? null : writeCursor(connection.cursorKey, scope, { at: found.cursor }),
      };
    },
    removeAllOf: async (workflowId: string): Promise<void> => {
      await payloads.removePrefix(prefixOf(workflowId));
      for (;;) {
        const { data } = await send(() =>
          entity.query.primary({ workflowId }).go({ limit: 25, attributes: ['workflowId', 'version'] }),
        );
        if (data.length === 0) return;
        for (const key of data) {
          const { Key } = entity.get(key).params<{ Key: Record<string, string> }>();
          await send(() => connection.document.send(new DeleteCommand({ TableName: connection.table, Key })));
        }
      }
    },
  };
};
