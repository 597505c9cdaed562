import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { answerOf } from '../../functions/ai/answer.ts';
import { systemClock } from '../../shared/adapters/system.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { entriesOf, type SuggestionSource } from '../suggestions/rated-suggestions.ts';
import { databaseIn, openDataFolder } from './data-folder.ts';
import { runningDatabase, startDatabase } from './dynoxide.ts';
import { isLocked } from './instance-lock.ts';
import { openStore } from './open-store.ts';
import { readSettings } from './settings.ts';
import { StartError } from './start-error.ts';

type Settings = ReturnType<typeof readSettings>;

const caller = 'export';
const limit = 100;

/**
 * The suggestions in the data folder of this machine, for whom may read it. Beside an instance that runs they come from its
 * database; otherwise the folder is taken and the database started for as long as it takes.
 */
export const fromFolder = async (
  env: NodeJS.ProcessEnv,
): Promise<SuggestionSource & { close(): Promise<void> }> => {
  const settings = readSettings(env);
  const { endpoint, payloads, close } = await openDatabase(settings);
  const { connection } = openStore({
    endpoint,
    journals: null,
    table: settings.table,
    // Good for the pages that are read here, and for nothing else.
    cursorKey: crypto.getRandomValues(new Uint8Array(32)),
    payloads,
  });
  const { users, aiSuggestions } = makeStores(connection);
  return {
    users: () => entriesOf((cursor) => users.list({ limit, cursor, caller })),
    suggestionsOf: (userId) =>
      entriesOf(async (cursor) => {
        const { data, nextCursor } = await aiSuggestions.listByUser({ userId, limit, cursor, caller });
        return { data: data.map((row) => answerOf(row, systemClock.now())), nextCursor };
      }),
    close: async () => {
      connection.client.destroy();
      await close();
    },
  };
};

const openDatabase = async ({ data, databaseEndpoint }: Settings) => {
  const own = { payloads: data, close: async () => undefined };
  if (databaseEndpoint !== undefined) return { ...own, endpoint: databaseEndpoint };
  if (!existsSync(databaseIn(data)))
    throw new StartError(
      `There is no data of Stepwell in ${resolve(data)}. Name it in STEPWELL_DATA, or ask a Stepwell that runs elsewhere with STEPWELL_API_KEY and STEPWELL_API_URL.`,
    );
  if (isLocked(data)) return { ...own, endpoint: runningDatabase(databaseIn(resolve(data))) };
  const folder = openDataFolder(data);
  const log = (entry: object) => console.error(JSON.stringify(entry));
  const database = await startDatabase({ file: folder.database, log }).catch((error: unknown) => {
    folder.release();
    throw error;
  });
  return {
    endpoint: database.endpoint,
    payloads: folder.payloads,
    close: async () => {
      await database.stop();
      folder.release();
    },
  };
};
