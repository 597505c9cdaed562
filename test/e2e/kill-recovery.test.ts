import { describe, expect, it, vi } from 'vitest';
import type { ChildInstance } from '../../infra/local/child-instance.ts';
import { loopback } from '../adapters/loopback.ts';
import { signIn } from './api-client.ts';
import { aDataFolder, anInstance, childrenOf, killInstance } from './instance.ts';

const STEPS = 20;
const KILL_AFTER_CALLS = 7;

/** Another company's slow server: keeps every call with its key. */
const aSlowServer = async () => {
  const calls: { step: string; key: string; answered: boolean }[] = [];
  const { host, origin } = await loopback((request, response) => {
    const call = {
      step: request.url ?? '',
      key: String(request.headers['idempotency-key']),
      answered: false,
    };
    calls.push(call);
    setTimeout(
      () => {
        call.answered = response.writable;
        response.setHeader('content-type', 'application/json').end('{"ok":true}');
      },
      50 + (calls.length % 6) * 10,
    );
  });
  return { calls, host, origin };
};

/** A manual trigger and twenty calls, one after the other. */
const chainOfCalls = (origin: string) => {
  const steps = Array.from({ length: STEPS }, (_, index) => ({
    id: `call${index + 1}`,
    name: `Call ${index + 1}`,
    type: 'http.request',
    parameters: { method: 'POST', url: `${origin}/${index + 1}`, body: { value: { step: index + 1 } } },
  }));
  const nodes = [{ id: 'start', name: 'Start', type: 'trigger.manual' }, ...steps];
  const edges = nodes.slice(1).map((node, index) => ({ source: nodes[index]?.id, target: node.id }));
  return { name: 'Twenty calls', definition: { nodes, edges } };
};

const VARIANTS: Readonly<Record<string, (instance: ChildInstance) => Promise<void>>> = {
  Stepwell: (instance) => killInstance(instance),
  'its database': async (instance) => {
    for (const pid of childrenOf(instance)) process.kill(pid, 'SIGKILL');
  },
  both: async (instance) => {
    const children = childrenOf(instance);
    for (const pid of children) process.kill(pid, 'SIGKILL');
    await killInstance(instance);
  },
};

describe('after kill -9 in the middle of an execution', () => {
  it.each(Object.keys(VARIANTS))(
    'of %s it completes, and no call that was done is made again',
    async (victim) => {
      const { calls, host, origin } = await aSlowServer();
      const folder = aDataFolder();
      const first = await anInstance(folder, { STEPWELL_ALLOW_HOSTS: host });
      const admin = await signIn(first);
      const { body: workflow } = await admin.call('POST', '/workflows', chainOfCalls(origin));
      const started = await admin.call('POST', `/workflows/${workflow.id}/run`, {});
      expect(started.status).toBe(202);
      await vi.waitFor(() => expect(calls.length).toBeGreaterThanOrEqual(KILL_AFTER_CALLS), {
        timeout: 10_000,
        interval: 5,
      });

      await VARIANTS[victim]?.(first);
      const inFlight = calls.at(-1)?.key;
      const second =
        first.process.signalCode === null ? first : await anInstance(folder, { STEPWELL_ALLOW_HOSTS: host });

      const again = await signIn(second);
      const execution = await vi.waitFor(
        async () => {
          const { body } = await again.call('GET', `/executions/${started.body.id}`);
          expect(body.status).not.toMatch(/pending|running/);
          return body;
        },
        { timeout: 15_000, interval: 50 },
      );
      expect(execution).toMatchObject({ status: 'completed', errorMessage: null });
      const keysOfSteps = Map.groupBy(calls, (call) => call.step);
      expect(keysOfSteps.size).toBe(STEPS);
      expect(new Set(calls.map((call) => call.key)).size).toBe(STEPS);
      for (const [, made] of keysOfSteps) {
        const [call, ...repeats] = made;
        if (repeats.length > 0) expect(call?.key).toBe(inFlight);
        for (const repeat of repeats) expect(repeat.key).toBe(call?.key);
        expect(repeats.length).toBeLessThanOrEqual(1);
      }
      const { body: logs } = await again.call('GET', `/executions/${started.body.id}/logs?limit=100`);
      const done = logs.data.filter((row: { status: string }) => row.status === 'completed');
      expect(new Set(done.map((row: { nodeId: string }) => row.nodeId)).size).toBe(STEPS + 1);
      expect(done).toHaveLength(STEPS + 1);
    },
    60_000,
  );
});
