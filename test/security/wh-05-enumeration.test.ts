import { beforeAll, describe, expect, it } from 'vitest';
import { resultUrl } from '../../shared/auth/result-link.ts';
import { signResumeToken } from '../../shared/auth/resume-token.ts';
import { aHookWorld } from '../functions/hooks/hook-world.ts';

let world: Awaited<ReturnType<typeof aHookWorld>>;
beforeAll(async () => {
  world = await aHookWorld();
});

describe('WH-05 guessing', () => {
  it('addresses hold 144 random bits, and no two are alike', async () => {
    const ids = new Set<string>();
    for (let n = 0; n < 5; n++) {
      const { url } = await world.publish();
      const id = new URL(url).pathname.split('/')[2] ?? '';
      expect(Buffer.from(id, 'base64url')).toHaveLength(18);
      ids.add(id);
    }
    expect(ids.size).toBe(5);
  });

  it('what never was, is switched off, is another’s or does not fit is answered alike', async () => {
    const off = await world.publish();
    await world.bench.owner('POST', `/workflows/${off.id}/unpublish`);
    const deep = await world.publish({ path: 'a/b' });
    const slug = await world.publish({ slug: 'orders' });
    const urls = [
      'http://localhost:8081/hooks/AAAAAAAAAAAAAAAAAAAAAAAA',
      'http://localhost:8081/hooks/test_AAAAAAAAAAAAAAAAAAAAAA',
      'http://localhost:8081/hooks/01h455vb4pex5vsknk084sn02q~orders',
      off.url,
      deep.url.replace('/a/b', '/a/c'),
      slug.url.replace('~orders', '~order'),
    ];
    const answers = await Promise.all(urls.map((url) => world.bench.hook('POST', url)));
    const told = answers.map(({ status, body }) => ({ status, ...body, instance: '', requestId: '' }));

    expect(told).toEqual(told.map(() => told[0]));
    expect(told[0]).toMatchObject({ status: 404, code: 'webhook.notFound' });
  });

  it('a link to a result is no link to resume, nor the other way round, and neither is an id', async () => {
    const { platform, hook, people } = world.bench;
    const { url } = await world.publish();
    await hook('POST', url);
    const executionId = (
      await platform.stores.executions.listByOwner(people.owner.id, { limit: 1, caller: 'me' })
    ).data[0]?.id as string;
    const result = await resultUrl(platform, executionId);
    const resume = await signResumeToken(platform.tokens, { executionId, waitId: 'w', choice: null });
    const statusOf = async (path: string) => (await hook('GET', `http://localhost:8081${path}`)).status;

    expect((await hook('GET', result)).status).toBe(200);
    expect(await statusOf(`/results/${resume}`)).toBe(404);
    expect(await statusOf(`/resume/${result.split('/results/')[1]}`)).toBe(404);
    expect(await statusOf(`/results/${executionId}`)).toBe(404);
    expect(await statusOf(`/results/${executionId}.${'A'.repeat(86)}`)).toBe(404);
  });
});
