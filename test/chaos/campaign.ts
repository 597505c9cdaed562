import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from '../../infra/local/child-instance.ts';
import { type Answer, type ApiClient, signIn } from '../e2e/api-client.ts';
import type { Chance } from '../fuzz/chance.ts';
import { BLOWS } from './blows.ts';
import { findingsOf } from './findings.ts';
import type { Outside } from './outside.ts';
import { type Shape, shapesOf } from './workflows.ts';

interface Options {
  readonly folder: string;
  readonly chance: Chance;
  readonly blows: number;
  readonly tell: (blow: string) => void;
}

const LANES = 6;
const CALM_MILLISECONDS = 120_000;
const AGAIN_MILLISECONDS = 300;

/** Starts executions while the processes that run them are struck, and tells by what that can be seen afterwards. */
export const runCampaign = async (
  outside: Outside,
  { folder, chance, blows, tell }: Options,
): Promise<readonly string[]> => {
  const begin = () => startChild(folder, { STEPWELL_ALLOW_HOSTS: outside.host, STEPWELL_WORKERS: '2' });
  let instance = await begin();
  let admin = await signIn(instance);
  let output = '';
  let isOver = false;

  /** As a patient client does. A key whose request was lost is free after a minute. */
  const insist = async (method: string, path: string, body?: unknown, key?: string): Promise<Answer> => {
    const giveUp = performance.now() + CALM_MILLISECONDS;
    while (performance.now() < giveUp) {
      const answer = await admin.call(method, path, body, key).catch(() => null);
      if (answer && answer.status < 500 && answer.status !== 409) return answer;
      await delay(AGAIN_MILLISECONDS);
    }
    throw new Error(`${method} ${path} was not answered in time.\n${instance.output()}`);
  };
  const campaign = async (): Promise<string[]> => {
    const shapes = await publish(admin, outside.origin);
    const [, ...startable] = shapes.keys();
    const started = new Map<string, string>();
    const lane = async (name: number): Promise<void> => {
      for (let each = 0; !isOver; each += 1) {
        const key = `${name}-${each}`;
        const { body } = await insist('POST', `/workflows/${chance.pick(startable)}/run`, {}, key);
        started.set(key, body.id);
      }
    };
    /** Answers what waits for an answer; how many are open. */
    const attend = async (): Promise<number> => {
      const { data } = (await insist('GET', '/executions?status=open&limit=100')).body;
      for (const { id, wait } of data)
        if (wait?.kind === 'callback')
          await admin.call('POST', `/executions/${id}/resume`, {}).catch(() => null);
      return data.length;
    };

    const lanes = Promise.all(Array.from({ length: LANES }, (_, name) => lane(name)));
    // One that fails is heard of when the others have ended.
    lanes.catch(() => undefined);
    for (let struck = 0; struck < blows; struck += 1) {
      await delay(500 + chance.below(2_500));
      await attend();
      const [name, blow] = chance.pick(Object.entries(BLOWS));
      tell(name);
      await blow(instance, chance);
      if (instance.process.exitCode === null && instance.process.signalCode === null) continue;
      output += instance.output();
      instance = await begin();
      admin = await signIn(instance);
    }
    isOver = true;
    await lanes;
    const giveUp = performance.now() + CALM_MILLISECONDS;
    while ((await attend()) > 0 && performance.now() < giveUp) await delay(AGAIN_MILLISECONDS);
    return findingsOf(admin, { shapes, started, calls: outside.calls });
  };

  const findings = await campaign().finally(() => instance.stop());
  output += instance.output();
  return [...findings, ...(output.match(/^.*"level":"error".*$/gm) ?? [])];
};

/** By their ids, the one that others call first. */
const publish = async (admin: ApiClient, origin: string): Promise<ReadonlyMap<string, Shape>> => {
  const published = new Map<string, Shape>();
  for (const name of Object.keys(shapesOf(origin, ''))) {
    const [called = ''] = published.keys();
    const shape = shapesOf(origin, called)[name] as Shape;
    const { body } = await admin.call('POST', '/workflows', { name, definition: shape.definition });
    const answer = await admin.call('POST', `/workflows/${body.id}/publish`, {});
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
    published.set(body.id, shape);
  }
  return published;
};
