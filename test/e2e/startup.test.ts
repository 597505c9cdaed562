import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { request, signIn } from './api-client.ts';
import { aDataFolder, anInstance } from './instance.ts';

const EXAMPLE = new URL('../../examples/order-intake.json', import.meta.url);
const lines = (text: string) => text.trim().split('\n');

describe('starting', () => {
  it('says where everything is and serves it', async () => {
    const instance = await anInstance(aDataFolder());

    expect(instance.output()).toMatch(/^ {2}docs +http:\S+\/docs$/m);
    expect(instance.output()).toMatch(/^Ready in \d+ ms\. Ctrl-C stops it\.$/m);
    const health = await request(`${instance.apiUrl}/health`);
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
    const docs = await request(`${instance.apiUrl}/docs`);
    expect(docs).toMatchObject({ status: 200, body: expect.stringContaining('<html') });
    const hook = await request(`${instance.hooksUrl}/hooks/nothing-here`);
    expect(hook).toMatchObject({ status: 404 });
  });

  it('on a port in use ends with code 1 and one line that says so', async () => {
    const first = await anInstance(aDataFolder());
    const port = new URL(first.apiUrl).port;

    const error = await anInstance(aDataFolder(), { STEPWELL_PORT: port }).catch((thrown: Error) => thrown);

    expect(error).toBeInstanceOf(Error);
    const text = error instanceof Error ? error.message : '';
    expect(text).toContain('ended with code 1');
    expect(lines(text).at(-1)).toBe(
      `Port ${port} is in use. Stop what uses it, or choose another with STEPWELL_PORT.`,
    );
    expect(text).not.toMatch(/^\s+at /m);
  });

  it('on a folder in use ends with code 1 and one line that says so', async () => {
    const folder = aDataFolder();
    const first = await anInstance(folder);

    const error = await anInstance(folder).catch((thrown: Error) => thrown);

    const text = error instanceof Error ? error.message : '';
    expect(text).toContain('ended with code 1');
    expect(lines(text).at(-1)).toContain(`is used by another Stepwell (process ${first.process.pid})`);
    expect(text).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['STEPWELL_PORT', 'eighty', /^STEPWELL_PORT must be a whole number from 0 to 65535, and is "eighty"\.$/],
    ['STEPWELL_HOOKS_URL', 'ftp://x', /^STEPWELL_HOOKS_URL must be an origin/],
  ])('with %s=%s ends with one line', async (name, value, line) => {
    const error = await anInstance(aDataFolder(), { [name]: value }).catch((thrown: Error) => thrown);

    expect(lines(error instanceof Error ? error.message : '').at(-1)).toMatch(line);
  });
});

describe('stopping', () => {
  it('on SIGTERM ends with code 0, and the next start has everything', async () => {
    const folder = aDataFolder();
    const first = await anInstance(folder);
    const admin = await signIn(first);
    const made = await admin.call('POST', '/workflows', JSON.parse(readFileSync(EXAMPLE, 'utf8')));
    expect(made.status).toBe(201);

    expect(await first.stop()).toBe(0);

    const second = await anInstance(folder);
    expect(second.setupToken).toBeNull();
    const again = await signIn(second);
    const read = await again.call('GET', `/workflows/${made.body.id}`);
    expect(read).toMatchObject({ status: 200, body: { definition: made.body.definition } });
  });

  it('answers the requests under way, and none of them with an error', async () => {
    const instance = await anInstance(aDataFolder());
    const admin = await signIn(instance);
    const sleeper = {
      nodes: [
        { id: 'start', name: 'Start', type: 'trigger.manual' },
        {
          id: 'wait',
          name: 'Wait',
          type: 'flow.wait',
          parameters: { duration: { amount: 1, unit: 'hours' } },
        },
      ],
      edges: [{ source: 'start', target: 'wait' }],
    };
    const { body } = await admin.call('POST', '/workflows', { name: 'Sleeper', definition: sleeper });
    const isParked = Promise.withResolvers<void>();
    const answer = admin.call('POST', `/workflows/${body.id}/run?wait=2`, {});
    const poll = setInterval(async () => {
      const { body: list } = await admin.call('GET', '/executions?status=open');
      if (list.data[0]?.wait) isParked.resolve();
    }, 20);
    await isParked.promise;
    clearInterval(poll);

    await instance.stop();

    expect(await answer).toMatchObject({ status: 202, body: { status: 'running' } });
    expect(instance.output()).not.toContain('request failed');
  });
});
