import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll } from 'vitest';
import { systemRandom } from '../../shared/adapters/system.ts';
import { keyFileSigner } from '../../shared/auth/key-file-signer.ts';
import { hashPassword } from '../../shared/auth/password.ts';
import { hashSecret, newSecret } from '../../shared/auth/secret.ts';
import { openSession } from '../../shared/auth/session.ts';
import type { Scope } from '../../shared/contracts/route.ts';
import { keyFileService } from '../../shared/credentials/key-file-service.ts';
import { makeVault } from '../../shared/credentials/vault.ts';
import type { Platform } from '../../shared/platform.ts';
import { makeStores, type Stores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';
import { type TestStores, testStores } from '../store/test-database.ts';

export const SETUP_TOKEN = 'the printed token';
export const PASSWORD = 'correct horse battery';

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly token: string;
  readonly refreshToken: string;
}

/** One database for a test file; each platform has a table of its own in it. */
let database: Promise<TestStores> | undefined;
const folder = mkdtempSync(join(tmpdir(), 'stepwell-platform-'));
const tokens = keyFileSigner(join(folder, 'session.pem'));
const keys = keyFileService(join(folder, 'credentials.key'));

afterAll(async () => {
  await (await database)?.stop();
  rmSync(folder, { recursive: true });
});

const tables = new WeakMap<Stores, string>();

/** All that a platform keeps, row by row, as text. */
export const everyRow = async ({ stores }: Platform): Promise<string[]> => {
  const { connection } = (await database) ?? (await testStores());
  const rows: string[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const scan = new ScanCommand({ TableName: tables.get(stores), ExclusiveStartKey });
    const { Items = [], LastEvaluatedKey } = await connection.document.send(scan);
    rows.push(...Items.map((item) => JSON.stringify(item)));
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
};

/** `now` is the time for everything in it; the real one if missing. */
export const testPlatform = async (now?: () => number): Promise<Platform> => {
  database ??= testStores();
  const { connection } = await database;
  const table = `test-${randomUUID()}`;
  await createTable(connection.client, table);
  const clock = { now: now ?? connection.clock.now };
  const stores = makeStores({ ...connection, table, clock });
  tables.set(stores, table);
  return {
    stores,
    payloads: connection.payloads,
    clock: {
      ...clock,
      sleep: () => Promise.reject(new Error('Nothing here sleeps.')),
    },
    random: systemRandom,
    tokens,
    vault: makeVault({ keys, now: connection.clock.now, log: () => {} }),
    http: { request: callsOut, stream: callsOut },
    services: {
      mail: { verify: callsOut, compose: callsOut, send: callsOut },
      sql: { run: callsOut },
      aws: () => ({ send: callsOut, presign: callsOut, sign: callsOut }),
      providers: {},
    },
    orchestrator: { poke: async () => {}, run: async () => {}, begin: async () => null },
    scheduler: { put: async () => {}, remove: async () => {} },
    events: { put: async () => {} },
    suggester: { begin: async () => {} },
    config: {
      setupTokenHash: hashSecret(SETUP_TOKEN),
      apiUrl: 'http://localhost:8080',
      hooksUrl: 'http://localhost:8081',
    },
    log: () => {},
  };
};

const callsOut = () => Promise.reject(new Error('Nothing here calls out.'));

let passwordHash: Promise<string> | undefined;

/** A signed-in user whose password is `PASSWORD`. */
export const accountOf = async (
  platform: Platform,
  role: 'admin' | 'user',
  username: string = role,
): Promise<Account> => {
  passwordHash ??= hashPassword(PASSWORD);
  const user = await platform.stores.users.create({
    username,
    email: `${username}@example.com`,
    passwordHash: await passwordHash,
    role,
    securityStamp: platform.random.id(),
  });
  const { accessToken, refreshToken } = await openSession(platform, user, { agent: 'test', address: '' });
  return { id: user.id, username, email: user.email, token: accessToken, refreshToken };
};

/** An API key of an account. */
export const keyOf = async (
  platform: Platform,
  { id }: Account,
  scopes: readonly Scope[],
): Promise<string> => {
  const key = newSecret('sw_');
  await platform.stores.apiKeys.create({
    userId: id,
    name: 'test',
    keyHash: hashSecret(key),
    prefix: key.slice(0, 9),
    scopes,
    expiresAt: null,
  });
  return key;
};
