import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { accessSync, chmodSync, chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ResolvedCredential } from '../../engine/ports.ts';

export interface SqlServer {
  readonly credential: ResolvedCredential;
  /** Of the name `SERVER_NAME` and nothing else, signed by itself. */
  readonly certificate: string;
  stop(): Promise<void>;
}

export const SERVER_NAME = 'db.example.com';

/** Debian keeps PostgreSQL's programs beside the PATH. */
const folders = (): readonly string[] => {
  const debian = '/usr/lib/postgresql';
  const versions = isThere(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', ...versions];
};

const isThere = (path: string): boolean => {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
};

const find = (name: string): string | null =>
  folders()
    .map((folder) => join(folder, name))
    .find(isThere) ?? null;

const openssl = find('openssl');
const [initdb, postgres] = [find('initdb'), find('postgres')];
const [installDb, mariadbd] = [find('mariadb-install-db'), find('mariadbd')];
export const hasPostgresql = openssl !== null && initdb !== null && postgres !== null;
export const hasMysql = openssl !== null && installDb !== null && mariadbd !== null;

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

/** Neither server runs as root: there it becomes the user its package made. */
const as = (name: string): { uid?: number; gid?: number } => {
  if (userInfo().uid !== 0) return {};
  const id = (kind: string) => Number(execFileSync('id', [kind, name], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
};

interface Identity {
  readonly key: string;
  readonly certificate: string;
}

/** A key and a certificate in the folder, for whoever the server runs as. */
const identityIn = (folder: string, options: { readonly cwd: string }): Identity => {
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const named = ['-subj', '/CN=database', '-addext', `subjectAltName=DNS:${SERVER_NAME}`];
  const places = ['-keyout', key, '-out', certificate];
  execFileSync(openssl ?? '', ['req', ...made, ...named, ...places], options);
  return { key, certificate };
};

const folderFor = (owner: { uid?: number; gid?: number }): string => {
  const folder = mkdtempSync(join(tmpdir(), 'stepwell-sql-'));
  chmodSync(folder, 0o700);
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid ?? owner.uid);
  return folder;
};

const serverOf = (
  type: string,
  process: ChildProcess,
  folder: string,
  port: number,
  user: string,
): SqlServer => ({
  certificate: readFileSync(join(folder, 'certificate.pem'), 'utf8'),
  credential: {
    id: 'cred_1',
    type,
    data: {
      host: '127.0.0.1',
      port,
      database: type === 'mysql' ? 'test' : 'postgres',
      user,
      password: 'secret',
      tls: 'off',
    },
    allowedHosts: [`127.0.0.1:${port}`],
  },
  stop: async () => {
    const ended = new Promise((resolve) => process.once('exit', resolve));
    process.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  },
});

export const startPostgresql = async (): Promise<SqlServer> => {
  const owner = as('postgres');
  const folder = folderFor(owner);
  const options = { ...owner, cwd: folder, stdio: 'ignore' } as const;
  execFileSync(
    initdb ?? '',
    ['-D', join(folder, 'data'), '-U', 'postgres', '-A', 'trust', '-E', 'UTF8'],
    options,
  );
  const port = await freePort();
  const { key, certificate } = identityIn(folder, options);
  const tls = ['-c', 'ssl=on', '-c', `ssl_cert_file=${certificate}`, '-c', `ssl_key_file=${key}`];
  const settings = ['-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off', ...tls];
  const process = spawn(
    postgres ?? '',
    ['-D', join(folder, 'data'), '-p', String(port), ...settings],
    options,
  );
  return serverOf('postgresql', process, folder, port, 'postgres');
};

export const startMysql = async (): Promise<SqlServer> => {
  const owner = as('mysql');
  const folder = folderFor(owner);
  const options = { ...owner, cwd: folder, stdio: 'ignore' } as const;
  const data = `--datadir=${join(folder, 'data')}`;
  execFileSync(
    installDb ?? '',
    ['--no-defaults', data, '--auth-root-authentication-method=normal', '--skip-test-db'],
    options,
  );
  const port = await freePort();
  const { key, certificate } = identityIn(folder, options);
  const tls = [`--ssl-cert=${certificate}`, `--ssl-key=${key}`];
  const place = ['--bind-address=127.0.0.1', `--port=${port}`, `--socket=${join(folder, 'socket')}`];
  const process = spawn(
    mariadbd ?? '',
    [
      '--no-defaults',
      data,
      ...place,
      ...tls,
      '--skip-grant-tables',
      '--skip-networking=0',
      '--skip-name-resolve',
    ],
    options,
  );
  return serverOf('mysql', process, folder, port, 'root');
};
