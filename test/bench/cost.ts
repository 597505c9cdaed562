import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { definitionSchema } from '../../engine/definition.ts';
import type { HttpPort } from '../../engine/ports.ts';
import { hooksHandler } from '../../functions/hooks/handlers.ts';
import { startDatabase } from '../../infra/local/dynoxide.ts';
import { payloadFolder } from '../../infra/local/payload-folder.ts';
import { stateMachines } from '../../shared/adapters/aws/state-machines.ts';
import { systemClock, systemRandom } from '../../shared/adapters/system.ts';
import { answerOf } from '../../shared/executions/answer.ts';
import type { Platform } from '../../shared/platform.ts';
import { connect, type StoreConnection } from '../../shared/store/connection.ts';
import { makeStores } from '../../shared/store/stores.ts';
import { createTable } from '../../shared/store/table.ts';
import { publicationOf } from '../../shared/workflows/publication.ts';
import { anEvent } from '../http/event.ts';
import { aCloud } from '../infra/state-machines/cloud.ts';
import { billOf, type Usage } from './bill.ts';
import type { Figures } from './figures.ts';
import { meter } from './metered-database.ts';
import { aRecord, referenceWorkload } from './reference-workload.ts';
import { median } from './statistics.ts';

const KILOBYTE = 1_024;
const TIMES = 50;
/** What Powertools and Lambda add to each line: times, service, request, trace. */
const LINE_EXTRAS = 320;
/** The access log of the gateway. */
const ACCESS_LINE = 260;

/** What a webhook execution of ten nodes consumes on AWS, and what a million of them cost. */
export const measure = async (): Promise<Figures> => {
  const folder = await mkdtemp(join(tmpdir(), 'stepwell-cost-'));
  const database = await startDatabase({ file: join(folder, 'database.sqlite'), log: () => {} });
  try {
    const consume = (bytes: number, respond: 'lastNode' | 'immediately') =>
      usageOf({ endpoint: database.endpoint, folder, bytes, respond });
    const small = await consume(KILOBYTE, 'lastNode');
    const acceptFirst = await consume(KILOBYTE, 'immediately');
    const large = await consume(10 * KILOBYTE, 'lastNode');
    const bill = billOf(small);
    return {
      'cost.writeUnits': small.typicalWriteUnits,
      'cost.acceptFirstWriteUnits': acceptFirst.typicalWriteUnits,
      'cost.tenKilobytesWriteUnits': large.typicalWriteUnits,
      // One start in a hundred is counted for the quota of its owner; the bill is by the mean.
      'cost.meanWriteUnits': small.writeUnits,
      'cost.meanAcceptFirstWriteUnits': acceptFirst.writeUnits,
      'cost.dollarsPerMillion': bill.total,
      'cost.acceptFirstDollarsPerMillion': billOf(acceptFirst).total,
      'cost.tenKilobytesDollarsPerMillion': billOf(large).total,
      'cost.readUnits': small.readUnits,
      'cost.expressRuns': small.expressRuns,
      'cost.transitions': small.transitions,
      'cost.invocations': small.invocations,
      'cost.loggedBytes': small.loggedBytes,
      'cost.payloadPuts': small.payloadPuts,
      'cost.tenKilobytesPayloadPuts': large.payloadPuts,
      'cost.compressionRatio': small.compressionRatio,
      ...Object.fromEntries(
        Object.entries(bill.parts).map(([part, dollars]) => [`cost.dollars.${part}`, dollars]),
      ),
    };
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

interface Case {
  readonly endpoint: string;
  readonly folder: string;
  readonly bytes: number;
  readonly respond: 'lastNode' | 'immediately';
}

type Measured = Usage & { readonly compressionRatio: number; readonly typicalWriteUnits: number };

/** Per execution, once functions are warm: a version is read and compiled once per process. */
const usageOf = async ({ endpoint, folder, bytes, respond }: Case): Promise<Measured> => {
  const counted = { puts: 0, gets: 0, putBytes: 0, logged: 0, lines: 0 };
  const payloads = countedPayloads(payloadFolder(join(folder, `payloads-${randomUUID()}`)), counted);
  const connection = connect({
    endpoint,
    table: `cost-${randomUUID()}`,
    cursorKey: randomBytes(32),
    clock: systemClock,
    payloads,
  });
  await createTable(connection.client, connection.table);
  const metered = meter(connection.client);
  const stores = makeStores(connection);
  const platform: Platform = {
    ...UNUSED,
    stores,
    payloads,
    clock: systemClock,
    random: systemRandom,
    http: answering(aRecord(4, bytes)),
    config: { setupTokenHash: '', apiUrl: 'https://api.example.com', hooksUrl: 'https://hooks.example.com' },
    log: (entry) => {
      counted.lines += 1;
      counted.logged += Buffer.byteLength(JSON.stringify(entry)) + LINE_EXTRAS;
    },
  };
  const cloud = aCloud({ platform, http: platform.http });
  const hooks = hooksHandler({ ...platform, orchestrator: throughMachines(cloud, platform) });
  const path = await publish(platform, bytes, respond);
  const send = async () => {
    await hooks(anEvent({ method: 'POST', path, body: aRecord(1, bytes) }));
    await cloud.settled();
    const id = String(cloud.runs.at(-1)?.input.executionId);
    const record = await stores.executions.get(id);
    if (record?.status !== 'completed')
      throw new Error(`Execution ${id}: ${record?.status} ${record?.errorMessage}`);
  };
  await send();
  metered.reset();
  Object.assign(counted, { puts: 0, gets: 0, putBytes: 0, logged: 0, lines: 0 });
  const before = cloud.runs.length;
  const written: number[] = [];
  for (let each = 0; each < TIMES; each += 1) {
    const { writeUnits } = metered.read();
    await send();
    written.push(metered.read().writeUnits - writeUnits);
  }
  const runs = cloud.runs.slice(before);
  const units = metered.read();
  const each = (sum: number) => sum / TIMES;
  const compressionRatio = await ratioOf(connection, runs[0]?.input.executionId);
  connection.client.destroy();
  return {
    writeUnits: each(units.writeUnits),
    readUnits: each(units.readUnits),
    tableKilobytes: each(units.tableWriteUnits),
    payloadPuts: each(counted.puts),
    payloadGets: each(counted.gets),
    payloadKilobytes: each(counted.putBytes) / KILOBYTE,
    requests: 1,
    waits: respond === 'lastNode',
    expressRuns: each(runs.filter(({ machine }) => machine === 'express').length),
    transitions: each(
      runs.filter(({ machine }) => machine === 'standard').flatMap(({ states }) => states).length,
    ),
    invocations:
      1 + each(runs.flatMap(({ states }) => states).filter((state) => state === 'Interpret').length),
    loggedBytes: each(counted.logged) + ACCESS_LINE,
    compressionRatio,
    typicalWriteUnits: median(written),
  };
};

const publish = async (
  { stores }: Platform,
  bytes: number,
  respond: 'lastNode' | 'immediately',
): Promise<string> => {
  const definition = definitionSchema.parse(referenceWorkload(bytes, respond));
  const owner = await stores.users.create({
    username: randomUUID(),
    email: `${randomUUID()}@example.com`,
    passwordHash: '',
    securityStamp: '',
  });
  const { id } = await stores.workflows.createWithVersion(
    { name: 'Reference', createdBy: owner.id },
    definition,
  );
  const { webhooks } = await stores.workflows.publish({
    workflowId: id,
    version: 1,
    ...publicationOf(definition),
  });
  return `/hooks/${webhooks[0]?.hookId}`;
};

/** The adapter for AWS, over the machines' files. */
const throughMachines = (
  cloud: ReturnType<typeof aCloud>,
  { stores }: Platform,
): Platform['orchestrator'] => {
  const send = async (command: { constructor: { name: string }; input: { input?: string } }) => {
    const run = cloud.start(JSON.parse(command.input.input ?? '{}'));
    if (command.constructor.name === 'StartSyncExecutionCommand') await run.result;
    return { status: 'SUCCEEDED' };
  };
  return stateMachines({
    client: { send } as unknown as SFNClient,
    machine: () => cloud.machines.express,
    readAnswer: async (executionId) => {
      const loaded = await stores.executions.load(executionId);
      return loaded && answerOf(loaded.events);
    },
    now: systemClock.now,
    log: () => {},
  });
};

/** How much smaller what an execution keeps has become: what came, and its journal. */
const ratioOf = async ({ client, table }: StoreConnection, executionId: unknown): Promise<number> => {
  const Key = { pk: { S: `exec#${executionId}` }, sk: { S: 'a' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  const kept = [Item?.items, Item?.journal?.M?.events].flatMap((value) => value?.M?.z?.B ?? []);
  const bytes = (all: readonly Uint8Array[]) => all.reduce((sum, { length }) => sum + length, 0);
  return kept.length === 0 ? 1 : bytes(kept.map((each) => gunzipSync(each))) / bytes(kept);
};

const answering = (record: object): HttpPort => {
  const body = Buffer.from(JSON.stringify(record));
  const head = {
    status: 200,
    headers: { 'content-type': 'application/json' },
    url: 'https://customers.example.com/42',
  };
  return {
    request: async () => ({ ...head, body }),
    stream: async () => ({
      ...head,
      body: (async function* () {
        yield body;
      })(),
    }),
  };
};

type Payloads = Platform['payloads'];
const countedPayloads = (
  payloads: Payloads,
  counted: { puts: number; gets: number; putBytes: number },
): Payloads => ({
  ...payloads,
  put: (key, bytes) => {
    counted.puts += 1;
    counted.putBytes += bytes.length;
    return payloads.put(key, bytes);
  },
  get: (key) => {
    counted.gets += 1;
    return payloads.get(key);
  },
});

const unused = () => Promise.reject(new Error('This workload does not use it.'));
const UNUSED = {
  tokens: { sign: unused, publicJwk: unused },
  vault: { seal: unused, open: unused },
  services: {
    mail: { verify: unused, compose: unused, send: unused },
    sql: { run: unused },
    aws: () => ({ send: unused, presign: unused, sign: unused }),
    providers: {},
  },
  scheduler: { put: unused, remove: unused },
  events: { put: unused },
  suggester: { begin: unused },
  orchestrator: { poke: unused, run: unused, begin: unused },
};
