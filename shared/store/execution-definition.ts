import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Definition } from '../../engine/definition.ts';
import type { StoreConnection } from './connection.ts';
import { readPartition } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-keys.ts';
import type { ExecutionRecord } from './execution-record.ts';
import { send } from './failures.ts';
import { expiryOf, inClass } from './lifetime.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

type Owner = Pick<ExecutionRecord, 'id' | 'lifetime'>;

/** A definition that only one execution runs: a part of a draft, or one that was never saved. Put before it is accepted. */
export const makeOwnDefinitions = (connection: StoreConnection) => ({
  putDefinition: async ({ id: executionId, lifetime }: Owner, definition: Definition): Promise<void> => {
    const { client, table, clock } = connection;
    const key = `${payloadPrefix(executionId)}definition`;
    const Item = {
      pk: { S: keys.partition(executionId) },
      sk: { S: keys.definition },
      expiresAt: { N: String(expiryOf(connection, lifetime, clock.now())) },
      definition: {
        M: await encodeJson(definition, {
          ...connection,
          payloads: inClass(connection.payloads, lifetime),
          key,
        }),
      },
    };
    await send(() => client.send(new PutItemCommand({ TableName: table, Item })));
  },
  getDefinition: async ({ id: executionId, lifetime }: Owner): Promise<Definition | null> => {
    const [found] = await readPartition(connection, executionId, keys.definition, keys.definition);
    if (!found) return null;
    return (await decodeJson(
      found.definition?.M ?? {},
      inClass(connection.payloads, lifetime),
    )) as Definition;
  },
});
