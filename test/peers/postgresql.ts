import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { afterAll } from 'vitest';
import type { JsonObject } from '../../engine/item.ts';
import { once } from '../../shared/once.ts';

const started = once(async () => {
  const database = await PGlite.create({ extensions: { vector } });
  const server = new PGLiteSocketServer({ db: database, host: '127.0.0.1', port: 0, maxConnections: 20 });
  let connections = 0;
  server.addEventListener('connection', () => {
    connections += 1;
  });
  await server.start();
  open.push(async () => {
    await server.stop();
    await database.close();
  });
  /** What an ended connection left open is rolled back when the server hears of its end. */
  const settled = async () => {
    while (server.getStats().activeConnections > 0) await new Promise(setImmediate);
    return database;
  };
  return { settled, connections: () => connections, port: Number(server.getServerConn().split(':').at(-1)) };
});

const open: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of open) await close();
});

/**
 * PostgreSQL itself, with pgvector, on every machine: compiled to WebAssembly, in this process, and reached by TCP on loopback.
 * One for a test file; each call makes it anew of a script.
 */
export const postgresql = async (script: string) => {
  const { settled, connections, port } = await started();
  const before = connections();
  await (await settled()).exec(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; ${script}`);
  return {
    host: '127.0.0.1',
    port,
    connections: () => connections() - before,
    /** What is in it now. */
    rows: async (query: string) => (await (await settled()).query<JsonObject>(query)).rows,
  };
};
