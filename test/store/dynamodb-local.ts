import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Runs the store's tests against AWS's DynamoDB Local, which Maven fetches once into `.cache/`. */
const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = resolve(ROOT, '.cache/dynamodb-local');
const VERSION = '2.6.1';
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>stepwell</groupId><artifactId>dynamodb-local</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>${VERSION}</version></dependency>
  </dependencies>
</project>
`;

const has = (command: string, flag: string): boolean => {
  try {
    execFileSync(command, [flag], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const fetchOnce = (): void => {
  if (existsSync(resolve(FOLDER, 'complete'))) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(resolve(FOLDER, 'pom.xml'), POM);
  console.log(`Fetching DynamoDB Local ${VERSION} …`);
  execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
    cwd: FOLDER,
    stdio: 'inherit',
  });
  writeFileSync(resolve(FOLDER, 'complete'), '');
};

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });

const answers = (port: number): Promise<boolean> =>
  new Promise((told) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      told(true);
    });
    socket.once('error', () => told(false));
  });

const run = async (): Promise<number> => {
  fetchOnce();
  const port = await freePort();
  const options = [
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-Xmx256m',
    '-Djava.library.path=lib',
    '-cp',
    'lib/*',
  ];
  const server = spawn(
    'java',
    [
      ...options,
      'com.amazonaws.services.dynamodbv2.local.main.ServerRunner',
      '-inMemory',
      '-disableTelemetry',
      '-port',
      String(port),
    ],
    { cwd: FOLDER, stdio: 'ignore' },
  );
  try {
    for (let tries = 0; !(await answers(port)); tries++) {
      if (tries > 300 || server.exitCode !== null) throw new Error('DynamoDB Local did not start.');
      await delay(100);
    }
    const tests = spawn('vitest', ['run', 'test/store', ...process.argv.slice(2)], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` },
    });
    return await new Promise((ended) => tests.once('exit', (code) => ended(code ?? 1)));
  } finally {
    server.kill();
  }
};

const missing = [
  ['java', '-version'],
  ['mvn', '-version'],
].filter(([command = '', flag = '']) => !has(command, flag));
if (missing.length > 0)
  console.log(
    `Skipped: DynamoDB Local needs ${missing.map(([command]) => command).join(' and ')}, which is not on this machine.`,
  );
else process.exitCode = await run();
