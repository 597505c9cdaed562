import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../../engine/definition.ts';
import { signResumeToken } from '../../../shared/auth/resume-token.ts';
import { manual } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

type Node = DefinitionInput['nodes'][number];

const approval = (parameters: object = {}): Node => ({
  id: 'ask',
  name: 'Ask',
  type: 'flow.approval',
  parameters: {
    title: 'Pay <b>?',
    message: '<script>alert(1)</script>',
    fields: [
      { name: 'amount', kind: 'number', required: true },
      { name: 'why', kind: 'select', options: ['good', 'bad'] },
      { name: 'sure', kind: 'boolean' },
      { name: 'day', kind: 'date' },
    ],
    ...parameters,
  } as Node['parameters'],
});
const callback: Node = { id: 'ask', name: 'Ask', type: 'flow.wait', parameters: { kind: 'callback' } };

/** Starts a workflow that asks and ends; answers its id and its links. */
const asked = async (node: Node) => {
  const definition = {
    nodes: [
      manual,
      node,
      { id: 'told', name: 'Told', type: 'flow.noop' },
      { id: 'end', name: 'End', type: 'flow.noop' },
    ],
    edges: [
      { source: 'start', target: 'ask' },
      { source: 'ask', sourcePort: 'link', target: 'told' },
      ...(node.type === 'flow.wait'
        ? [{ source: 'ask', target: 'end' }]
        : [
            { source: 'ask', sourcePort: 'approved', target: 'end' },
            { source: 'ask', sourcePort: 'rejected', target: 'end' },
          ]),
    ],
  };
  const { body } = await bench.owner('POST', '/workflows', { name: 'Asks', definition });
  const run = await bench.owner('POST', `/workflows/${body.id}/run`, {
    version: 'draft',
    items: [{ json: { a: 1 } }],
  });
  await bench.orchestrator.idle();
  const id: string = run.body.id;
  const logs = await bench.owner('GET', `/executions/${id}/logs?nodeId=told`);
  return { id, links: logs.body.data[0].outputData.main[0].json as Record<string, string> };
};

const execution = async (id: string) => {
  await bench.orchestrator.idle();
  return (await bench.owner('GET', `/executions/${id}`)).body;
};
const page = { headers: { accept: 'text/html' } };
const post = (url = '', body: unknown = {}, more: object = {}) => bench.hook('POST', url, { body, ...more });

describe('a callback', () => {
  it('is shown with its address, taken once, and handed on', async () => {
    const { id, links } = await asked(callback);
    expect(await execution(id)).toMatchObject({
      status: 'running',
      wait: { kind: 'callback', until: null, nodeId: 'ask', resumeUrl: links.resumeUrl },
    });

    expect(await post(links.resumeUrl, { paid: true }, { query: 'from=bank' })).toMatchObject({
      status: 202,
      body: { accepted: true },
    });
    const ended = await execution(id);
    expect(ended).toMatchObject({ status: 'completed', wait: null });
    expect(ended.output[0].json).toMatchObject({
      a: 1,
      callback: { method: 'POST', query: { from: 'bank' }, body: { paid: true } },
    });
    expect(await post(links.resumeUrl)).toMatchObject({ status: 409, body: { code: 'resume.answered' } });
    // What a link does not take, it does not take before and after.
    expect(await bench.hook('DELETE', links.resumeUrl ?? '')).toMatchObject({ status: 405 });
  });

  it('of several at once is taken once', async () => {
    const { id, links } = await asked(callback);
    const answers = await Promise.all([1, 2, 3, 4].map((n) => post(links.resumeUrl, { n })));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409, 409, 409]);
    expect((await execution(id)).status).toBe('completed');
  });

  it('may bring as much as any request', async () => {
    const { id, links } = await asked(callback);
    const text = randomBytes(1_500_000).toString('base64');

    expect(await post(links.resumeUrl, { text })).toMatchObject({ status: 202 });
    const ended = await execution(id);
    expect(ended).toMatchObject({ status: 'completed' });
    expect(ended.output[0].json.callback.body.text).toBe(text);
  });

  it('for an execution that has ended is gone', async () => {
    const { id, links } = await asked(callback);
    await bench.owner('POST', `/executions/${id}/cancel`);
    await bench.orchestrator.idle();
    expect(await post(links.resumeUrl)).toMatchObject({ status: 410, body: { code: 'resume.ended' } });
    await bench.owner('DELETE', `/executions/${id}`);
    expect(await post(links.resumeUrl)).toMatchObject({ status: 410 });
  });

  it('that nobody made is not found', async () => {
    const { links } = await asked(callback);
    const url = links.resumeUrl ?? '';
    const forged = `${url.slice(0, -3)}${url.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    for (const wrong of [
      forged,
      `${url}x`,
      `${url}/more`,
      url.replace(/\.[^.]*$/, ''),
      url.replace(/resume\/./, 'resume/x'),
    ]) {
      expect(await post(wrong)).toMatchObject({ status: 404, body: { code: 'resume.notFound' } });
    }
    const session = bench.people.owner.token;
    expect(await post(`http://localhost/resume/${session}`)).toMatchObject({ status: 404 });
  });

  it('that comes after its time is gone', async () => {
    const { id, links } = await asked(callback);
    const { stores } = bench.platform;
    await stores.executions.putInbox(id, { kind: 'callback', waitId: 'ask.0', at: 1, expired: true });
    expect(await post(links.resumeUrl)).toMatchObject({ status: 410, body: { code: 'resume.ended' } });
  });
});

describe('an approval', () => {
  it('is a page that decides nothing when it is opened', async () => {
    const { id, links } = await asked(approval());
    for (const url of [links.formUrl, links.approveUrl, links.rejectUrl]) {
      const shown = await bench.hook('GET', url ?? '', page);
      expect(shown.status).toBe(200);
      expect(shown.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(shown.headers['content-security-policy']).toContain("default-src 'none'");
      expect(shown.body).toContain('Pay &lt;b&gt;?');
      expect(shown.body).not.toContain('<script>');
    }
    expect((await bench.hook('GET', links.formUrl ?? '')).body).toMatchObject({
      title: 'Pay <b>?',
      choices: ['approve', 'reject'],
    });
    expect(await execution(id)).toMatchObject({ status: 'running', wait: { kind: 'approval' } });
  });

  it('by its form goes on with what was chosen and filled in', async () => {
    const { id, links } = await asked(approval());
    const sent = await bench.hook('POST', links.formUrl ?? '', {
      body: 'choice=reject&field.amount=12.5&field.why=bad&field.sure=true&field.day=2026-02-28&field.other=x',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    });
    expect(sent).toMatchObject({ status: 202 });
    expect(sent.body).toContain('Thank you');
    expect((await execution(id)).output).toEqual([
      {
        json: {
          a: 1,
          approval: { choice: 'reject', fields: { amount: 12.5, why: 'bad', sure: true, day: '2026-02-28' } },
        },
      },
    ]);
  });

  it('by a link that stands for an answer takes no other', async () => {
    const { id, links } = await asked(approval());
    await post(links.approveUrl, { choice: 'reject', fields: { amount: 1 } });
    expect((await execution(id)).output[0].json.approval.choice).toBe('approve');
  });

  it.each([
    [{ fields: { amount: 1 } }, '/choice'],
    [{ choice: 'maybe', fields: { amount: 1 } }, '/choice'],
    [{ choice: 'approve' }, '/fields/amount'],
    [{ choice: 'approve', fields: { amount: 'much' } }, '/fields/amount'],
    [{ choice: 'approve', fields: { amount: 1, why: 'ugly' } }, '/fields/why'],
    [{ choice: 'approve', fields: { amount: 1, day: '2026-02-30' } }, '/fields/day'],
    [[1], '/choice'],
  ])('that does not fit is refused and can be given again: %j', async (body, pointer) => {
    const { id, links } = await asked(approval());
    const refused = await post(links.formUrl, body);
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(refused.body.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
    expect((await bench.hook('POST', links.formUrl ?? '', { body, ...page })).body).toContain(
      'class="problem"',
    );
    await post(links.formUrl, { choice: 'approve', fields: { amount: 1 } });
    expect((await execution(id)).status).toBe('completed');
  });

  it('tells people on a page that it is over', async () => {
    const { links } = await asked(approval());
    await post(links.approveUrl, { fields: { amount: 1 } });
    const late = await bench.hook('GET', links.rejectUrl ?? '', page);
    expect(late).toMatchObject({ status: 409 });
    expect(late.body).toContain('answered before');
  });

  it('takes no other methods', async () => {
    const { links } = await asked(approval());
    expect(await bench.hook('DELETE', links.formUrl ?? '')).toMatchObject({ status: 405 });
    expect(await bench.hook('OPTIONS', links.formUrl ?? '')).toMatchObject({ status: 204 });
  });

  it('by a link for a wait that has not begun is kept for it', async () => {
    const { id } = await asked(approval());
    const { tokens } = bench.platform;
    const token = await signResumeToken(tokens, { executionId: id, waitId: 'later.0', choice: 'approve' });
    expect(await post(`http://localhost/resume/${token}`)).toMatchObject({ status: 202 });
    expect(await bench.platform.stores.executions.readInbox(id)).toMatchObject([{ waitId: 'later.0' }]);
  });
});

describe('the owner', () => {
  it('answers by the API', async () => {
    const { id } = await asked(approval());
    const invalid = await bench.owner('POST', `/executions/${id}/resume`, { choice: 'approve' });
    expect(invalid).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    const answer = await bench.owner('POST', `/executions/${id}/resume`, {
      choice: 'approve',
      fields: { amount: 3 },
    });
    expect(answer.status).toBe(202);
    expect((await execution(id)).output[0].json.approval.fields).toEqual({ amount: 3 });
    const again = await bench.owner('POST', `/executions/${id}/resume`, { choice: 'approve' });
    expect(again).toMatchObject({ status: 409, body: { code: 'resource.conflict' } });
  });

  it('is the only one', async () => {
    const { id } = await asked(callback);
    expect(await bench.stranger('POST', `/executions/${id}/resume`, {})).toMatchObject({ status: 404 });
    expect(await bench.stranger('GET', `/executions/${id}`)).toMatchObject({ status: 404 });
  });
});
