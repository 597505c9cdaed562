import { beforeAll, describe, expect, it } from 'vitest';
import { chain, manual, set, webhook } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

const aWorkflow = async (definition: unknown = chain(manual, set({ a: '1' }))) =>
  (await bench.owner('POST', '/workflows', { name: 'Any', definition })).body;

describe('versions', () => {
  it('are listed newest first, in pages, and read one by one', async () => {
    const { id } = await aWorkflow();
    for (const a of ['2', '3']) {
      await bench.owner('PUT', `/workflows/${id}`, {
        definition: chain(manual, set({ a })),
        notes: `to ${a}`,
      });
    }

    const first = await bench.owner('GET', `/workflows/${id}/versions?limit=2`);
    expect(first.body.data).toMatchObject([
      { version: 3, notes: 'to 3' },
      { version: 2, notes: 'to 2' },
    ]);
    expect(first.body.data[0]).not.toHaveProperty('definition');
    const rest = await bench.owner(
      'GET',
      `/workflows/${id}/versions?limit=2&cursor=${first.body.nextCursor}`,
    );
    expect(rest.body).toMatchObject({ data: [{ version: 1, notes: null }], nextCursor: null });
    const one = await bench.owner('GET', `/workflows/${id}/versions/1`);
    expect(one.body.definition.nodes[1].parameters).toEqual(set({ a: '1' }).parameters);
    expect((await bench.owner('GET', `/workflows/${id}/versions/4`)).status).toBe(404);
  });

  it('can be compared and restored', async () => {
    const { id } = await aWorkflow();
    await bench.owner('PUT', `/workflows/${id}`, { definition: chain(manual, set({ a: '2' })) });

    const diff = await bench.owner('GET', `/workflows/${id}/versions/1/diff/2`);
    expect(diff.body).toMatchObject({
      from: 1,
      to: 2,
      nodes: {
        added: [],
        removed: [],
        changed: [
          {
            id: 'set',
            changes: [{ pointer: '/parameters/fields', before: [{ value: '1' }], after: [{ value: '2' }] }],
          },
        ],
      },
    });
    const restored = await bench.owner('POST', `/workflows/${id}/versions/1/restore`);
    expect(restored).toMatchObject({ status: 201, body: { version: 3 } });
    const same = await bench.owner('GET', `/workflows/${id}/versions/1/diff/3`);
    expect(same.body).toMatchObject({ nodes: { changed: [] }, settings: [] });
  });

  it('name the release of each node type they were made for', async () => {
    const { definition } = await aWorkflow();

    expect(definition.nodes).toMatchObject([{ typeVersion: 1 }, { typeVersion: 1 }]);
    expect(definition.settings.expressionVersion).toBe(1);
  });
});

describe('a lost update', () => {
  it('is refused when If-Match names an older revision', async () => {
    const { id, revision } = await aWorkflow();
    const path = `/workflows/${id}`;
    const stale = { 'if-match': `"${revision}"` };
    const changed = await bench.owner('PATCH', path, { tags: ['one'] }, stale);
    expect(changed).toMatchObject({ status: 200, body: { tags: ['one'] } });
    expect(changed.headers.etag).not.toBe(stale['if-match']);

    const answers = [
      await bench.owner('PATCH', path, { name: 'Other' }, stale),
      await bench.owner('PUT', path, { definition: chain(manual) }, stale),
      await bench.owner('POST', `${path}/versions/1/restore`, {}, stale),
      await bench.owner('POST', `${path}/publish`, {}, stale),
      await bench.owner('POST', `${path}/unpublish`, undefined, stale),
      await bench.owner('DELETE', path, undefined, stale),
    ];

    expect(answers.map((answer) => [answer.status, answer.body.code])).toEqual(
      answers.map(() => [412, 'resource.changed']),
    );
    expect((await bench.owner('GET', path)).body).toMatchObject({ name: 'Any', version: 1, isActive: false });
  });

  it('is none for whoever names no revision, or the right one', async () => {
    const { id } = await aWorkflow();
    const path = `/workflows/${id}`;

    expect((await bench.owner('PATCH', path, { name: 'B' })).status).toBe(200);
    const { headers } = await bench.owner('GET', path);
    expect((await bench.owner('PATCH', path, { name: 'C' }, { 'if-match': headers.etag ?? '' })).status).toBe(
      200,
    );
  });
});

describe('a definition that is not valid', () => {
  const twoProblems = chain(
    manual,
    { id: 'a', name: 'A', type: 'no.such' },
    { id: 'b', name: 'A', type: 'no.such' },
  );

  it('is kept as a draft, with its problems', async () => {
    const made = await bench.owner('POST', '/workflows', { name: 'Draft', definition: twoProblems });

    expect(made.status).toBe(201);
    expect(made.body.problems.length).toBeGreaterThanOrEqual(3);
    expect(made.body.problems).toContainEqual(
      expect.objectContaining({ severity: 'error', pointer: expect.stringMatching(/^\/nodes\/1/) }),
    );
    const verdict = await bench.owner('POST', `/workflows/${made.body.id}/validate`);
    expect(verdict.body).toEqual({ valid: false, problems: made.body.problems });
  });

  it('is neither published nor run, and every error has its place', async () => {
    const { id, problems } = await aWorkflow(twoProblems);
    const errors = problems.filter((each: { severity: string }) => each.severity === 'error');

    for (const operation of ['publish', 'run']) {
      const refused = await bench.owner('POST', `/workflows/${id}/${operation}`);
      expect(refused).toMatchObject({ status: 422, body: { code: 'workflow.invalid' } });
      expect(refused.body.detail).toBe(
        `node "A" ${errors[0].pointer}: ${errors[0].message}. And ${errors.length - 1} more; see errors.`,
      );
      expect(refused.body.errors.map((each: { pointer: string }) => each.pointer)).toEqual(
        errors.map((each: { pointer: string }) => each.pointer),
      );
    }
    expect((await bench.owner('GET', `/workflows/${id}`)).body).toMatchObject({
      isActive: false,
      publishedVersion: null,
    });
  });

  it('leaves what was published as it was', async () => {
    const { id } = await aWorkflow(chain(webhook(), set({ a: 'one' })));
    const { body } = await bench.owner('POST', `/workflows/${id}/publish`);
    await bench.owner('PUT', `/workflows/${id}`, { definition: twoProblems });

    expect((await bench.owner('POST', `/workflows/${id}/publish`)).status).toBe(422);
    expect((await bench.hook('POST', body.webhooks[0].url)).body).toMatchObject({ a: 'one' });
  });

  it.each([
    [{ nodes: 'none' }],
    [{ nodes: [{ id: 'a b', name: 'A', type: 'trigger.manual' }] }],
    [{ nodes: [{ id: 'a', name: 'A', type: 'trigger.manual', colour: 'red' }] }],
    [{ nodes: [], edges: [{ source: 'a' }] }],
    [{ nodes: [], settings: { timeoutSeconds: 1e9 } }],
    [[]],
    ['text'],
  ])('of the wrong shape, such as %j, is refused with pointers', async (definition) => {
    const refused = await bench.owner('POST', '/workflows', { name: 'Wrong', definition });

    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(refused.body.errors[0].pointer).toMatch(/^\/definition/);
    const verdict = await bench.owner('POST', '/workflows/validate', { definition });
    expect(verdict).toMatchObject({ status: 200, body: { valid: false } });
  });

  it('larger than 1 MiB is refused', async () => {
    const large = chain(manual, set({ a: 'x'.repeat(1024 * 1024) }));

    expect((await bench.owner('POST', '/workflows', { name: 'Large', definition: large })).status).toBe(413);
  });

  it('of half a megabyte is kept whole', async () => {
    const text = '🧾'.repeat(150_000);
    const { id } = await aWorkflow(chain(manual, set({ a: text })));

    const { body } = await bench.owner('GET', `/workflows/${id}`);
    expect(body.definition.nodes[1].parameters.fields[0].value).toBe(text);
  });
});
