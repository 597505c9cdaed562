import { beforeAll, describe, expect, it } from 'vitest';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

const stamp = {
  id: 's',
  name: 'S',
  type: 'data.set',
  parameters: { fields: [{ name: 'at', value: '{{ $execution.id }}' }] },
};
const chained = { nodes: [stamp], edges: [{ source: 'hook', target: 's' }] };

describe('WH-10 duplicates', () => {
  it.each(['immediately', 'lastNode'])(
    'twenty at once under one key are one execution with one answer (%s)',
    async (respond) => {
      const hook = await world.publish({ respond }, chained);
      const deliver = () =>
        world.bench.hook('POST', hook.url, { body: { n: 1 }, headers: { 'idempotency-key': 'same' } });
      const answers = await Promise.all(Array.from({ length: 20 }, deliver));
      const late = await deliver();

      expect(new Set([...answers, late].map(({ status, body }) => JSON.stringify([status, body]))).size).toBe(
        1,
      );
      expect(await world.executionsOf(hook.id)).toHaveLength(1);
    },
  );

  it('without a key each is one of its own', async () => {
    const hook = await world.publish({}, chained);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => world.bench.hook('POST', hook.url, { body: { n: 1 } })),
    );

    expect(new Set(answers.map(({ body }) => body.at)).size).toBe(10);
    expect(await world.executionsOf(hook.id)).toHaveLength(10);
  });

  it('with files the second brings none in the place of the first', async () => {
    const hook = await world.publish({ rawBody: true, respond: 'immediately' });
    const deliver = (n: number) =>
      world.bench.hook('POST', hook.url, { body: { n }, headers: { 'idempotency-key': 'same' } });
    const first = await deliver(1);
    await deliver(2);
    const loaded = await world.bench.platform.stores.executions.load(first.body.executionId);
    const file = loaded?.record.items[0]?.binary?.rawBody;

    expect(file?.size).toBe('{"n":1}'.length);
    expect(loaded?.record.items[0]?.json).toMatchObject({ body: { n: 1 } });
  });
});
