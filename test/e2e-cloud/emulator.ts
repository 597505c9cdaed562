import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { send } from './http.ts';
import { OUTSIDE_HOST } from './outside.ts';
import { run, start, stopGroup } from './processes.ts';
import { eventually } from './report.ts';

/** AWS on this machine. Botocore is what it reads the API models from, without which it enforces IAM only in part. */
const PACKAGES = [
  'ministack==1.5.33',
  'cryptography==50.0.2',
  'botocore==1.43.106',
  // For the runbook. Of its second version there is no package.
  'awscli==1.46.3',
];
const ROOT = resolve(import.meta.dirname, '../..');
const HOME = join(ROOT, '.cache/ministack-1.5.33-awscli-1.46.3');
/** At least 3.10. */
const PYTHON = process.env.PYTHON || 'python3';
export const ACCOUNT = '123456789012';
export const REGION = 'eu-west-1';

/** How what was installed is run. */
const python = (): { file: string; env: Readonly<Record<string, string>> } => {
  const own = join(HOME, 'bin/python');
  return existsSync(own) ? { file: own, env: {} } : { file: PYTHON, env: { PYTHONPATH: HOME } };
};

/** Installs the emulator where it is kept from one run to the next. */
export const installEmulator = async (log: string): Promise<void> => {
  if (existsSync(HOME)) return;
  // Made aside: what was interrupted is not taken for whole.
  const draft = `${HOME}.${process.pid}`;
  mkdirSync(dirname(HOME), { recursive: true });
  rmSync(draft, { recursive: true, force: true });
  const step = (file: string, ...args: string[]) =>
    run({ file, args, cwd: ROOT, env: process.env, log, milliseconds: 300_000 });
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES];
  await step(PYTHON, '-c', 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 is needed")');
  try {
    await step(PYTHON, '-m', 'venv', draft);
    await step(join(draft, 'bin/python'), ...install);
  } catch (noVenv) {
    rmSync(draft, { recursive: true, force: true });
    // Some Pythons come without venv but with pip, which can put packages into any folder.
    await step(PYTHON, ...install, '--target', draft).catch((noPip: unknown) => {
      const message =
        'The emulator needs the venv module of Python (on Debian: apt-get install python3-venv), or pip.';
      throw new Error(`${message}\n${noVenv}\n${noPip}`);
    });
  }
  renameSync(draft, HOME);
};

export interface Emulator {
  stop(): Promise<void>;
}

/** Where an emulator listens, and the certificate by which it is known: what insists on encryption gets it. */
export interface Place {
  readonly url: string;
  readonly port: number;
  readonly certificate: string;
  readonly key: string;
}

export const choosePlace = async (folder: string): Promise<Place> => {
  const port = await freePort();
  const place = {
    url: `https://localhost:${port}`,
    port,
    certificate: join(folder, 'certificate.pem'),
    key: join(folder, 'key.pem'),
  };
  await run({
    file: python().file,
    args: [join(import.meta.dirname, 'certificate.py'), place.certificate, place.key],
    cwd: folder,
    env: { ...process.env, ...python().env },
    log: join(folder, 'install.log'),
    milliseconds: 30_000,
  });
  return place;
};

/** A `node` for the functions that loads what the emulator leaves undone before it runs their code. */
const makeNode = (folder: string): string => {
  const bin = join(folder, 'bin');
  const preload = join(import.meta.dirname, 'in-functions.mjs');
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'node'),
    `#!/bin/sh\nexec '${process.execPath}' --import '${pathToFileURL(preload).href}' "$@"\n`,
    { mode: 0o755 },
  );
  return bin;
};

/**
 * A folder with the command `aws`, as an operator has it. The first version of the CLI takes payloads for text without being told,
 * has no `logs tail`, and does not look for the endpoint of every service in the environment.
 */
export const makeCli = (folder: string): string => {
  const bin = join(folder, 'operator-bin');
  const { file, env } = python();
  const variables = Object.entries(env).map(([name, value]) => `export ${name}='${value}'\n`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'aws'),
    `#!/bin/sh
${variables.join('')}if [ "$1 $2" = 'logs tail' ]; then
  # logs tail <group> --since <age> --filter-pattern <pattern>
  exec "$0" logs filter-log-events --log-group-name "$3" --filter-pattern "$7" --query 'events[].[message]' --output text
fi
for word do
  shift
  case $word in --cli-binary-format | raw-in-base64-out) ;; *) set -- "$@" "$word" ;; esac
done
exec '${file}' -m awscli "$@" --endpoint-url "$AWS_ENDPOINT_URL"
`,
    { mode: 0o755 },
  );
  return bin;
};

export interface EmulatorOptions {
  /** Where it keeps its state from one start to the next. */
  readonly folder: string;
  readonly place: Place;
  /** Whether it asks IAM before anything is done. */
  readonly enforcing: boolean;
  /** Where functions find Bedrock: the emulator has canned answers only. */
  readonly bedrockUrl: string;
  /** Where they find the one server on the internet. */
  readonly outsidePort: number;
}

export const startEmulator = async ({
  folder,
  place,
  enforcing,
  bedrockUrl,
  outsidePort,
}: EmulatorOptions): Promise<Emulator> => {
  const home = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: process.env.LANG };
  const { child, said } = start({
    file: python().file,
    args: ['-m', 'ministack'],
    cwd: folder,
    log: join(folder, 'emulator.log'),
    // Functions inherit this environment: it must hold nothing of ours.
    env: {
      ...home,
      ...python().env,
      PATH: `${makeNode(folder)}:${home.PATH}`,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrockUrl,
      OUTSIDE_HOST,
      OUTSIDE_PORT: String(outsidePort),
      USE_SSL: '1',
      MINISTACK_SSL_CERT: place.certificate,
      MINISTACK_SSL_KEY: place.key,
      GATEWAY_PORT: String(place.port),
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: 'localhost',
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      MINISTACK_REGION: REGION,
      LAMBDA_EXECUTOR: 'local',
      PERSIST_STATE: '1',
      S3_PERSIST: '1',
      STATE_DIR: join(folder, 'state'),
      S3_DATA_DIR: join(folder, 's3'),
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
      ...(enforcing ? { AUTH: 'true' } : {}),
    },
  });
  const isUp = async () => {
    const { status } = await send({
      method: 'GET',
      url: `${place.url}/_ministack/health`,
      ca: place.certificate,
    });
    return status === 200;
  };
  const stop = () => stopGroup(child, 15_000);
  try {
    await eventually(isUp, { within: 60_000, every: 100, what: 'The start of the emulator' });
  } catch (error) {
    await stop();
    throw new Error(`The emulator did not start:\n${said().slice(-2_000)}`, { cause: error });
  }
  return { stop };
};

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
