import { isHostAllowed } from '../../../engine/credentials/allowed-hosts.ts';
import { NodeError } from '../../../engine/errors.ts';
import type { SqlCall, SqlPort, SqlResult } from '../../../engine/ports.ts';
import { type AddressCheck, makeAddressCheck } from '../egress-address.ts';
import { openMysql } from './mysql.ts';
import { openPostgresql } from './postgresql.ts';
import { RowLimit, type SessionOptions, type SqlSession } from './sql-session.ts';

/** By type of credential: how to connect. */
const DATABASES: Readonly<Record<string, (options: SessionOptions) => Promise<SqlSession>>> = {
  postgresql: openPostgresql,
  mysql: openMysql,
};

const GOODBYE_MILLISECONDS = 1_000;

/** `allowedHosts`: those that need not be public. */
export const openSqlClient = (allowedHosts: readonly string[]): SqlPort =>
  makeSqlClient(makeAddressCheck({ allowedHosts }));

/** Databases as nodes reach them: by the address rules of all calls, for the time of one node run. */
export const makeSqlClient = (addressOf: AddressCheck): SqlPort => ({
  run: async (call) => {
    const { credential, timeoutMilliseconds, signal } = call;
    const open = DATABASES[credential.type];
    if (!open) throw new NodeError('sql.credential', `${credential.type} is no credential for a database.`);
    const { data } = credential;
    const address = await translated(() => addressOf(allowedHost(call), Number(data.port)));
    const session = await translated(() => open({ address, data, timeoutMilliseconds }));
    if (signal.aborted) session.destroy();
    signal.throwIfAborted();
    const cut = Promise.withResolvers<never>();
    const onAbort = () => cut.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => cut.reject(tooLong(timeoutMilliseconds)), timeoutMilliseconds);
    try {
      const results = await Promise.race([translated(() => statements(session, call)), cut.promise]);
      await leave(session);
      return results;
    } catch (thrown) {
      // In whatever state it is: nothing more is done on it, and what was not committed is rolled back.
      session.destroy();
      throw thrown;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  },
});

/** What was asked is done: a server that does not let go is left. */
const leave = async (session: SqlSession): Promise<void> => {
  const enough = Promise.withResolvers<void>();
  const timer = setTimeout(enough.resolve, GOODBYE_MILLISECONDS);
  await Promise.race([session.end().catch(() => undefined), enough.promise]);
  clearTimeout(timer);
  session.destroy();
};

const tooLong = (milliseconds: number): NodeError =>
  new NodeError('sql.timeout', `The statements did not end within ${milliseconds} ms.`);

/** The host, if the credential may be used there. */
const allowedHost = ({ credential }: SqlCall): string => {
  const host = String(credential.data.host);
  const url = URL.parse(`http://${host.includes(':') ? `[${host}]` : host}:${Number(credential.data.port)}`);
  if (url && isHostAllowed(url, credential.allowedHosts)) return host;
  throw new NodeError('http.hostNotAllowed', `The credential may not be used at ${host}.`);
};

const statements = async (session: SqlSession, call: SqlCall): Promise<readonly SqlResult[]> => {
  const results: SqlResult[] = [];
  const begin = call.readOnly ? 'START TRANSACTION READ ONLY' : call.transaction ? 'START TRANSACTION' : null;
  if (begin) await session.query(begin, [], 0);
  let left = call.maxRows;
  for (const [index, { text, parameters }] of call.statements.entries()) {
    const result = await session.query(text, parameters, left).catch((thrown: unknown) => {
      throw thrown instanceof RowLimit
        ? new NodeError(
            'sql.tooManyRows',
            `There are more than ${call.maxRows} rows. Add a LIMIT, or let the database summarise.`,
          )
        : Object.assign(thrown as Error, { statement: index, of: call.statements.length });
    });
    left -= result.rows?.length ?? 0;
    results.push(result);
  }
  if (begin) await session.query('COMMIT', [], 0);
  return results;
};

/** Where another attempt may help: the connection broke, or the database chose this transaction to give way. */
const PASSING = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'PROTOCOL_CONNECTION_LOST',
  // PostgreSQL: serialization failure, deadlock, too many connections, shutting down, starting up.
  '40001',
  '40P01',
  '53300',
  '57P01',
  '57P03',
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CON_COUNT_ERROR',
]);

/** What MySQL says of too few or too many values, in words that name neither. */
const WRONG_ARGUMENTS = 'ER_WRONG_ARGUMENTS';
const WRONG_COUNT = 'There must be as many values as the statement has "?".';

const translated = async <T>(act: () => Promise<T>): Promise<T> => {
  try {
    return await act();
  } catch (thrown) {
    if (thrown instanceof NodeError) throw thrown;
    const {
      code = null,
      message = String(thrown),
      statement = null,
      of = 1,
    } = thrown as { code?: string; message?: string; statement?: number; of?: number };
    const which = statement !== null && of > 1 ? ` (statement ${statement + 1} of ${of})` : '';
    const reason = code === WRONG_ARGUMENTS ? WRONG_COUNT : `The database said: ${message}`;
    throw new NodeError('sql.failed', `${reason}${which}`, {
      retryable: code !== null && PASSING.has(code),
      details: { code, ...(statement !== null && { statement }) },
      cause: thrown,
    });
  }
};
