import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../engine/item.ts';
import type { SqlCall } from '../../engine/ports.ts';
import { makeAddressCheck } from '../../shared/adapters/egress-address.ts';
import { makeSqlClient } from '../../shared/adapters/sql/sql-client.ts';
import {
  hasMysql,
  hasPostgresql,
  SERVER_NAME,
  type SqlServer,
  startMysql,
  startPostgresql,
} from './sql-servers.ts';

const client = makeSqlClient(makeAddressCheck({ allowedHosts: ['127.0.0.1'] }));

interface Dialect {
  readonly name: string;
  readonly isHere: boolean;
  /** What brings it. */
  readonly debianPackage: string;
  readonly start: () => Promise<SqlServer>;
  /** Where the n-th value goes. */
  readonly at: (position: number) => string;
  readonly database: string | null;
  readonly sleep: string;
  readonly numbers: (upTo: number) => string;
}

const DIALECTS: readonly Dialect[] = [
  {
    name: 'PostgreSQL',
    isHere: hasPostgresql,
    debianPackage: 'postgresql',
    start: startPostgresql,
    at: (position) => `$${position}`,
    database: null,
    sleep: 'SELECT pg_sleep(20)',
    numbers: (upTo) => `SELECT n FROM generate_series(1, ${upTo}) AS n`,
  },
  {
    name: 'MySQL',
    isHere: hasMysql,
    debianPackage: 'mariadb-server',
    start: startMysql,
    at: () => '?',
    database: 'test',
    sleep: 'SELECT SLEEP(20)',
    numbers: (upTo) => `SELECT seq AS n FROM seq_1_to_${upTo}`,
  },
];

describe.each(DIALECTS.filter(({ isHere }) => !isHere))('$name', ({ debianPackage }) => {
  it.skip(`is not tried: there is no server on this machine (apt-get install ${debianPackage})`);
});

describe.each(DIALECTS.filter(({ isHere }) => isHere))('$name', ({ start, at, database, sleep, numbers }) => {
  let server: SqlServer;
  const callOf = (texts: readonly (string | readonly [string, ...Json[]])[]): SqlCall => ({
    credential: server.credential,
    statements: texts.map((text) => {
      const [sql, ...parameters] = typeof text === 'string' ? [text] : text;
      return { text: sql, parameters };
    }),
    transaction: true,
    readOnly: false,
    maxRows: 1_000,
    timeoutMilliseconds: 10_000,
    signal: new AbortController().signal,
  });
  const run = (texts: Parameters<typeof callOf>[0], overrides: Partial<SqlCall> = {}) =>
    client.run({ ...callOf(texts), ...overrides });
  const rowsOf = async (text: string) => (await run([text]))[0]?.rows;

  beforeAll(async () => {
    server = await start();
    const anywhere = {
      ...server.credential,
      data: { ...server.credential.data, database: database === null ? 'postgres' : 'information_schema' },
    };
    for (let attempt = 0; attempt < 200; attempt += 1) {
      try {
        if (database !== null)
          await run([`CREATE DATABASE IF NOT EXISTS ${database}`], {
            credential: anywhere,
            transaction: false,
          });
        await run(
          [
            'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer VARCHAR(100), total DECIMAL(10,2), placed TIMESTAMP NULL, note TEXT)',
          ],
          { transaction: false },
        );
        return;
      } catch {
        await delay(100);
      }
    }
    throw new Error('The database did not start.');
  }, 60_000);
  afterAll(() => server?.stop());

  it('binds values, whatever they hold', async () => {
    const evil = `x'); DROP TABLE orders; --`;
    await run([
      [`INSERT INTO orders (id, customer, total) VALUES (${at(1)}, ${at(2)}, ${at(3)})`, 1, evil, 12.5],
    ]);
    const [found] = await run([
      [`SELECT id, customer, total, placed FROM orders WHERE customer = ${at(1)}`, evil],
    ]);
    expect(found?.rows).toEqual([{ id: 1, customer: evil, total: '12.50', placed: null }]);
  });

  it('says so when there are not as many values as the statement has places', async () => {
    await expect(run([`SELECT id FROM orders WHERE id = ${at(1)}`])).rejects.toMatchObject({
      code: 'sql.failed',
      message: expect.stringMatching(/supplies 0 parameters|as many values/),
    });
  });

  it('says how many rows a statement has changed', async () => {
    await run(['INSERT INTO orders (id, customer) VALUES (10, 0), (11, 0)']);
    const [updated, none] = await run([
      "UPDATE orders SET note = 'x' WHERE id IN (10, 11)",
      "UPDATE orders SET note = 'y' WHERE id = 99",
    ]);
    expect([updated, none]).toMatchObject([
      { rows: null, affectedRows: 2 },
      { rows: null, affectedRows: 0 },
    ]);
  });

  it('gives times and JSON as JSON', async () => {
    await run([
      [
        `INSERT INTO orders (id, placed, note) VALUES (20, ${at(1)}, ${at(2)})`,
        '2026-01-05 09:00:00',
        { a: [1] },
      ],
    ]);
    expect(await rowsOf('SELECT placed, note FROM orders WHERE id = 20')).toEqual([
      { placed: '2026-01-05 09:00:00', note: '{"a":[1]}' },
    ]);
  });

  it('undoes all statements of a transaction when one fails, and says which', async () => {
    const broken = run(['INSERT INTO orders (id) VALUES (30)', 'INSERT INTO orders (id) VALUES (30)']);
    await expect(broken).rejects.toMatchObject({
      code: 'sql.failed',
      retryable: false,
      details: { statement: 1 },
      message: expect.stringMatching(/ \(statement 2 of 2\)$/),
    });
    expect(await rowsOf('SELECT id FROM orders WHERE id = 30')).toEqual([]);
  });

  it('keeps what came before without a transaction', async () => {
    await expect(
      run(['INSERT INTO orders (id) VALUES (40)', 'SELECT nothing FROM nowhere'], { transaction: false }),
    ).rejects.toMatchObject({ code: 'sql.failed' });
    expect(await rowsOf('SELECT id FROM orders WHERE id = 40')).toEqual([{ id: 40 }]);
  });

  it('lets the database refuse changes where only reading is asked for', async () => {
    await expect(run(['INSERT INTO orders (id) VALUES (50)'], { readOnly: true })).rejects.toMatchObject({
      message: expect.stringMatching(/read.only/i),
    });
    expect(await rowsOf('SELECT id FROM orders WHERE id = 50')).toEqual([]);
  });

  it('stops at the most rows allowed', async () => {
    await expect(run([numbers(5_000)], { maxRows: 100 })).rejects.toMatchObject({ code: 'sql.tooManyRows' });
    expect((await run([numbers(100)], { maxRows: 100 }))[0]?.rows).toHaveLength(100);
  });

  it('ends a statement that takes too long, and one that nobody waits for any more', async () => {
    await expect(run([sleep], { timeoutMilliseconds: 300 })).rejects.toMatchObject({
      code: expect.stringMatching(/^sql\.(timeout|failed)$/),
    });
    const stop = new AbortController();
    const running = run([sleep], { signal: stop.signal });
    await delay(300);
    stop.abort(new Error('cancelled'));
    await expect(running).rejects.toThrow('cancelled');
  });

  describe('over TLS', () => {
    const trusted = getCACertificates();
    beforeAll(() => setDefaultCACertificates([...trusted, server.certificate]));
    afterAll(() => setDefaultCACertificates(trusted));

    const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
    const ask = (host: string, tls: string) => {
      const { data } = server.credential;
      const hosts = [`${host}:${data.port}`];
      return makeSqlClient(makeAddressCheck({ allowedHosts: hosts, resolve })).run({
        ...callOf(['SELECT 1 AS one']),
        credential: { ...server.credential, data: { ...data, host, tls }, allowedHosts: hosts },
      });
    };

    it('speaks with the host whose name the certificate says, and with no other', async () => {
      expect((await ask(SERVER_NAME, 'verify'))[0]?.rows).toEqual([{ one: 1 }]);
      for (const host of ['other.example.com', '127.0.0.1'])
        await expect(ask(host, 'verify')).rejects.toMatchObject({
          code: 'sql.failed',
          message: expect.stringMatching(/does not match|not in the cert's list/),
        });
    });

    it('speaks with any where the credential wants no verification', async () => {
      for (const host of ['other.example.com', '127.0.0.1'])
        expect((await ask(host, 'noVerify'))[0]?.rows).toEqual([{ one: 1 }]);
    });
  });

  it('is done when the statements are, whether the server lets go or not', async () => {
    const { data } = server.credential;
    let stop = (): void => undefined;
    const proxy = createServer({ allowHalfOpen: true }, (socket) => {
      const behind = connect({ host: '127.0.0.1', port: Number(data.port), allowHalfOpen: true });
      behind.on('data', (chunk) => socket.write(chunk)).on('error', () => undefined);
      socket.on('data', (chunk) => behind.write(chunk)).on('error', () => undefined);
      stop = () => {
        for (const each of [socket, behind]) each.destroy();
      };
    });
    await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
    const { port } = proxy.address() as AddressInfo;
    const credential = { ...server.credential, data: { ...data, port }, allowedHosts: [`127.0.0.1:${port}`] };

    expect(await run(['SELECT 1 AS one'], { credential })).toMatchObject([{ rows: [{ one: 1 }] }]);
    stop();
    await new Promise((closed) => proxy.close(closed));
  });

  it('does nothing for somebody who has gone while it was connecting', async () => {
    const gone = AbortSignal.abort(new Error('cancelled'));
    await expect(
      run(['INSERT INTO orders (id) VALUES (60)'], { signal: gone, transaction: false }),
    ).rejects.toThrow('cancelled');
    expect(await rowsOf('SELECT id FROM orders WHERE id = 60')).toEqual([]);
  });

  it('runs one statement at a time', async () => {
    await expect(run(['SELECT 1; DROP TABLE orders'])).rejects.toMatchObject({ code: 'sql.failed' });
  });
});

describe('a database', () => {
  const credential = {
    id: 'cred_1',
    type: 'postgresql',
    data: { host: '10.0.0.5', port: 5432, database: 'd', user: 'u', password: 'secret', tls: 'off' },
    allowedHosts: ['10.0.0.5:5432'],
  };
  const call: SqlCall = {
    credential,
    statements: [],
    transaction: true,
    readOnly: false,
    maxRows: 1,
    timeoutMilliseconds: 1_000,
    signal: new AbortController().signal,
  };

  it('is not reached at a private address, nor at one that its name has beside public ones', async () => {
    await expect(client.run(call)).rejects.toMatchObject({ code: 'http.blockedAddress' });
    const rebinding = makeAddressCheck({
      allowedHosts: [],
      resolve: async () => [
        { address: '93.184.216.34', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    });
    await expect(rebinding('db.example.com', 5432)).rejects.toMatchObject({ code: 'http.blockedAddress' });
  });

  it('is reached where its credential may go, and nowhere else', async () => {
    const elsewhere = { ...credential, allowedHosts: ['db.example.com:5432'] };
    await expect(client.run({ ...call, credential: elsewhere })).rejects.toMatchObject({
      code: 'http.hostNotAllowed',
    });
  });

  it('that does not answer may be asked again', async () => {
    const closed = {
      ...credential,
      data: { ...credential.data, host: '127.0.0.1', port: 1 },
      allowedHosts: ['127.0.0.1:1'],
    };
    await expect(client.run({ ...call, credential: closed })).rejects.toMatchObject({
      code: 'sql.failed',
      retryable: true,
    });
  });
});
