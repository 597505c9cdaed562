import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Definition } from '../../engine/definition.ts';
import type { StoreConnection } from './connection.ts';
import { readPartition } from './execution-items.ts';
import { keys, payloadPrefix } from './execution-row.ts';
import { send } from './failures.ts';
import { decodeJson, encodeJson } from './segment-codec.ts';

/** Tests are soon looked at or never. */
const KEPT_SECONDS = 60 * 86_400;

/** A definition that only one execution runs: a part of a draft, or one that was never saved. Put before it is accepted. */
export const makeOwnDefinitions = (connection: StoreConnection) => ({
  putDefinition: async (executionId: string, definition: Definition): Promise<void> => {
    const { client, table, clock } = connection;
    const key = `${payloadPrefix(executionId)}definition`;
    const Item = {
      pk: { S: keys.partition(executionId) },
      sk: { S: keys.definition },
      expiresAt: { N: String(Math.ceil(clock.now() / 1000) + KEPT_SECONDS) },
      definition: { M: await encodeJson(definition, { ...connection, key }) },
    };
    await send(() => client.send(new PutItemCommand({ TableName: table, Item })));
  },
  getDefinition: async (executionId: string): Promise<Definition | null> => {
    const [found] = await readPartition(connection, executionId, keys.definition, keys.definition);
    if (!found) return null;
    return (await decodeJson(found.definition?.M ?? {}, connection.payloads)) as Definition;
  },
});
