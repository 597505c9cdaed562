import { once } from 'node:events';
import { startChild } from '../../infra/local/child-instance.ts';
import { type ApiClient, signIn } from '../e2e/api-client.ts';
import { openCaller } from './caller.ts';
import type { Figures } from './figures.ts';
import { childrenOf } from './process-costs.ts';
import { publishHook } from './published-hook.ts';
import { startReceiver } from './receiver.ts';
import { tenCalls } from './workflows.ts';

const EXECUTIONS = 50;
/** A call takes long enough for all to be somewhere in the middle. */
const CALL_MILLISECONDS = 30;
const UNTIL_KILLED_MILLISECONDS = 150;
const GIVE_UP_MILLISECONDS = 30_000;

/** Fifty executions of ten calls each in flight, everything killed, the database too, and started again. */
export const measureKill = async (folder: string): Promise<Figures> => {
  const receiver = await startReceiver(CALL_MILLISECONDS);
  const env = { STEPWELL_ALLOW_HOSTS: new URL(receiver.url).host };
  try {
    const first = await startChild(folder, env);
    const workflow = tenCalls(receiver.url);
    const hook = await publishHook(first, immediately(workflow));
    const caller = await openCaller(first.hooksUrl);
    for (let each = 0; each < EXECUTIONS; each += 1) await caller.post(hook.path, '{}');
    await new Promise((resolve) => setTimeout(resolve, UNTIL_KILLED_MILLISECONDS));
    const pid = first.process.pid ?? 0;
    const gone = once(first.process, 'exit');
    for (const each of [...childrenOf(pid), pid]) process.kill(each, 'SIGKILL');
    await gone;
    caller.close();
    const before = receiver.keys.size;

    const began = performance.now();
    const second = await startChild(folder, env);
    const admin = signIn(second);
    try {
      const goal = EXECUTIONS * 10;
      while (receiver.keys.size < goal && performance.now() - began < GIVE_UP_MILLISECONDS)
        await new Promise((resolve) => setTimeout(resolve, 5));
      const called = (performance.now() - began) / 1000;
      const completed = await completedOf(await admin, hook.workflowId, began);
      const again = [...receiver.keys.values()].reduce((sum, times) => sum + times - 1, 0);
      return {
        'local.killedInFlight': EXECUTIONS,
        'local.killedCompleted': completed.count,
        'local.killRecoverySeconds': completed.seconds,
        'local.killCallsRecoverySeconds': called,
        'local.killCallsBefore': before,
        'local.killCallsUnderTwoKeys': receiver.keys.size - goal,
        'local.killCallsRepeatedUnderTheirKey': again,
      };
    } finally {
      await second.stop();
    }
  } finally {
    await receiver.close();
  }
};

const immediately = <W extends { definition: { nodes: readonly { parameters?: unknown }[] } }>(
  workflow: W,
): W => {
  const [trigger, ...rest] = workflow.definition.nodes;
  const started = { ...trigger, parameters: { method: 'POST', respond: 'immediately' } };
  return { ...workflow, definition: { ...workflow.definition, nodes: [started, ...rest] } };
};

const completedOf = async (
  admin: ApiClient,
  workflowId: string,
  began: number,
): Promise<{ count: number; seconds: number }> => {
  for (;;) {
    const { body } = await admin.call(
      'GET',
      `/executions?workflowId=${workflowId}&limit=100&status=completed`,
    );
    const count = body.data.length;
    const seconds = (performance.now() - began) / 1000;
    if (count === EXECUTIONS || seconds * 1000 > GIVE_UP_MILLISECONDS) return { count, seconds };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
