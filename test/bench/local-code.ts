import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startChild } from '../../infra/local/child-instance.ts';
import type { ApiClient } from '../e2e/api-client.ts';
import type { Figures } from './figures.ts';
import { hookLoad, type Question } from './hook-load.ts';
import { processorMilliseconds } from './process-costs.ts';
import { publishHook } from './published-hook.ts';
import { median } from './statistics.ts';

const CALLERS = 20;
const WARM_UP_SECONDS = 3;
const LOAD_SECONDS = 8;
const TIMES = 7;

const edge = (source: string, target: string) => ({ source, target });

/** Webhook → code → respond. */
const CODE_HOOK = {
  name: 'Code behind a webhook',
  definition: {
    nodes: [
      {
        id: 'hook',
        name: 'Hook',
        type: 'trigger.webhook',
        parameters: { method: 'POST', respond: 'respondNode' },
      },
      {
        id: 'code',
        name: 'Code',
        type: 'code.javascript',
        parameters: { code: 'return { order: $json.body.id, total: $json.body.price * $json.body.count };' },
      },
      { id: 'answer', name: 'Answer', type: 'flow.respond', parameters: { body: '{{ $json }}' } },
    ],
    edges: [edge('hook', 'code'), edge('code', 'answer')],
  },
};

const ask: Question = (caller, each) => ({
  sent: { id: `${caller}-${each}`, price: 3, count: each },
  right: { order: `${caller}-${each}`, total: 3 * each },
});

const MAKE_ITEMS = (count: number) =>
  `return Array.from({ length: ${count} }, (_, id) => ({ id, name: "Item " + id, total: id * 1.5, tags: ["a", "b"] }));`;

/** Makes 10,000 items, then goes over them in the mode that is measured. */
const codeOver = (mode: 'all' | 'each', code: string) => ({
  name: `Code over ten thousand items, ${mode}`,
  definition: {
    nodes: [
      { id: 'start', name: 'Start', type: 'trigger.manual' },
      { id: 'make', name: 'Make', type: 'code.javascript', parameters: { code: MAKE_ITEMS(10_000) } },
      { id: 'measured', name: 'Measured', type: 'code.javascript', parameters: { mode, code } },
      { id: 'few', name: 'Few', type: 'data.limit' },
    ],
    edges: [edge('start', 'make'), edge('make', 'measured'), edge('measured', 'few')],
  },
});

const hundredCalls = (url: string) => ({
  name: 'A hundred calls',
  definition: {
    nodes: [
      { id: 'start', name: 'Start', type: 'trigger.manual' },
      { id: 'make', name: 'Make', type: 'code.javascript', parameters: { code: MAKE_ITEMS(100) } },
      {
        id: 'measured',
        name: 'Measured',
        type: 'http.request',
        parameters: { url: `${url}/{{ $json.id }}`, concurrency: 20 },
      },
    ],
    edges: [edge('start', 'make'), edge('make', 'measured')],
  },
});

/** The sandbox under load and over many items, and calls of one node to a server on this machine. */
export const measureCode = async (folder: string): Promise<Figures> => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const instance = await startChild(folder, { STEPWELL_ALLOW_HOSTS: host });
  try {
    const hook = await publishHook(instance, CODE_HOOK);
    await hookLoad(instance, hook.path, CALLERS, WARM_UP_SECONDS, ask);
    const pid = instance.process.pid ?? 0;
    const before = processorMilliseconds(pid);
    const load = await hookLoad(instance, hook.path, CALLERS, LOAD_SECONDS, ask);
    const spent = processorMilliseconds(pid) - before;
    const nodeTime = (workflow: object) => measuredNode(hook.admin, workflow);
    return {
      'local.codeExecutionsPerSecond': load.times.length / load.seconds,
      'local.codeLoadedMedianMilliseconds': median(load.times),
      'local.codeStepwellCpuMillisecondsPerExecution': spent / load.times.length,
      'local.codeTenThousandItemsMilliseconds': await nodeTime(
        codeOver('all', 'return $items.map(({ json }) => ({ ...json, twice: json.total * 2 }));'),
      ),
      'local.codeTenThousandItemsEachMilliseconds': await nodeTime(
        codeOver('each', 'return { ...$json, twice: $json.total * 2 };'),
      ),
      'local.hundredHttpCallsMilliseconds': await nodeTime(hundredCalls(`http://${host}`)),
    };
  } finally {
    await instance.stop();
    server.close();
    server.closeAllConnections();
  }
};

/** The median time of the node "measured", as the execution log tells it. */
const measuredNode = async (admin: ApiClient, workflow: object): Promise<number> => {
  const created = await admin.call('POST', '/workflows', workflow);
  const times: number[] = [];
  for (let each = 0; each < TIMES; each += 1) {
    const { body: execution } = await admin.call('POST', `/workflows/${created.body.id}/run?wait=25`, {});
    if (execution.status !== 'completed')
      throw new Error(`It did not complete: ${JSON.stringify(execution)}`);
    const { body: logs } = await admin.call('GET', `/executions/${execution.id}/logs?nodeId=measured`);
    times.push(logs.data[0].durationMs);
  }
  return median(times);
};
