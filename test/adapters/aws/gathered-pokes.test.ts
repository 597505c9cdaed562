import { describe, expect, it } from 'vitest';
import { gatheredPokes } from '../../../shared/adapters/aws/gathered-pokes.ts';

/** Ways that take until they are let go. */
const aWay = () => {
  const sent: (string | readonly string[])[] = [];
  const open: (() => void)[] = [];
  const lulls: (() => void)[] = [];
  const take = (what: string | readonly string[]): Promise<void> => {
    sent.push(what);
    return new Promise((resolve) => open.push(resolve));
  };
  return {
    sent,
    poke: gatheredPokes({
      one: take,
      many: take,
      pause: () => {
        const lull = Promise.withResolvers<void>();
        lulls.push(lull.resolve);
        return lull.promise;
      },
    }),
    /** Lets a lull pass, if anybody waits for one. */
    lull: async () => {
      for (const each of lulls.splice(0)) each();
      await new Promise((resolve) => setImmediate(resolve));
    },
    letGo: async () => {
      for (const each of open.splice(0)) each();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};
const ids = (count: number) => Array.from({ length: count }, (_, index) => `exec_${index}`);

describe('waking executions', () => {
  it('sends a single one at once', () => {
    const way = aWay();

    void way.poke('exec_1');

    expect(way.sent).toEqual(['exec_1']);
  });

  it('sends the few that come meanwhile one by one', async () => {
    const way = aWay();
    const all = Promise.all(['a', 'b', 'c'].map((id) => way.poke(id)));

    await way.letGo();
    expect(way.sent).toEqual(['a', 'b', 'c']);
    await way.letGo();
    await all;
  });

  it('waits for more while more keep coming, from eight on', async () => {
    const way = aWay();
    const all = [way.poke('first'), ...ids(8).map((id) => way.poke(id))];
    await way.letGo();
    expect(way.sent).toEqual(['first']);

    for (let at = 8; at < 40; at += 8) {
      all.push(...Array.from({ length: 8 }, (_, index) => way.poke(`exec_${at + index}`)));
      await way.lull();
    }
    expect(way.sent).toEqual(['first', ids(40)]);
    await way.letGo();
    await Promise.all(all);
  });

  it('sends those that came one by one when no more come', async () => {
    const way = aWay();
    const all = Promise.all(['first', ...ids(12)].map((id) => way.poke(id)));
    await way.letGo();
    expect(way.sent).toEqual(['first']);

    await way.lull();
    expect(way.sent).toEqual(['first', ...ids(12)]);
    await way.letGo();
    await all;
  });

  it('sends the many that come meanwhile together, in parts that fit into a machine', async () => {
    const way = aWay();
    const all = Promise.all(['first', ...ids(5_100)].map((id) => way.poke(id)));

    await way.letGo();
    await way.letGo();
    await way.letGo();
    await all;

    expect(way.sent.map((each) => (typeof each === 'string' ? 1 : each.length))).toEqual([1, 5_000, 100]);
  });

  it('sends one that is to be woken several times meanwhile once, and tells each who asked', async () => {
    const way = aWay();
    const all = Promise.all(['first', ...Array(60).fill('parent'), 'other'].map((id) => way.poke(id)));

    await way.letGo();
    await way.letGo();
    await all;

    expect(way.sent).toEqual(['first', 'parent', 'other']);
  });

  it('tells each whose wake-up was refused, and goes on', async () => {
    const refused = gatheredPokes({
      one: (id) => (id === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve()),
      many: async () => undefined,
      pause: async () => undefined,
    });

    await expect(refused('bad')).rejects.toThrow('no');
    await expect(refused('good')).resolves.toBeUndefined();
  });
});
