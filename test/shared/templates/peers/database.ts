import { openSqlClient } from '../../../../shared/adapters/sql/sql-client.ts';
import { postgresql } from '../../../peers/postgresql.ts';

/** A database that begins with what a script makes. */
export const databaseOf = async (script: string) => {
  const { host, port, rows, connections } = await postgresql(script);
  return {
    sql: openSqlClient([`${host}:${port}`]),
    credential: { host, port, database: 'postgres', user: 'postgres', password: 'secret', tls: 'off' },
    rows,
    heard: connections,
  };
};
