import { parse } from 'node-html-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { allHandlers } from '../../functions/router.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { chain, manual } from '../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../functions/workbench.ts';
import { aClient } from '../http/client.ts';

const EXPRESSIONS = ['{{ 7 * 7 }}', '{{ $json.constructor.constructor("return process")() }}'];

let bench: Workbench;
beforeAll(async () => {
  bench = await aWorkbench();
});

/** Nothing in it runs, and nothing that came into it could. */
const expectInert = (body: string, policy = '') => {
  const page = parse(body, { comment: true });
  expect(page.querySelectorAll('script, iframe, object, embed, base, link, svg')).toEqual([]);
  const attributes = page.querySelectorAll('*').flatMap((element) => Object.entries(element.attributes));
  expect(attributes.filter(([name, value]) => /^on/i.test(name) || /^\s*javascript:/i.test(value))).toEqual(
    [],
  );
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/script-src|unsafe-eval/);
};

describe('SX-15 previews: a browser evaluates no expression, as no page can', () => {
  it.each(EXPRESSIONS)('%s in a question is shown as it came', async (text) => {
    const ask = {
      id: 'ask',
      name: 'Ask',
      type: 'flow.approval',
      parameters: { title: '{{ $json.title }}', message: 'Sure?' },
    };
    const { body: workflow } = await bench.owner('POST', '/workflows', {
      name: 'Asks',
      definition: chain(manual, ask),
    });
    const { body: run } = await bench.owner('POST', `/workflows/${workflow.id}/run`, {
      version: 'draft',
      items: [{ json: { title: text } }],
    });
    await bench.orchestrator.idle();
    const { body: execution } = await bench.owner('GET', `/executions/${run.id}`);
    const page = await bench.hook('GET', execution.wait.resumeUrl, { headers: { accept: 'text/html' } });

    expect(page.status).toBe(200);
    expect(parse(page.body).querySelector('h1')?.text).toBe(text);
    expectInert(page.body, page.headers['content-security-policy']);
  });

  it('every page of the API is as inert', async () => {
    const send = aClient(allHandlers, bench.platform);
    const pages = ROUTES.filter(
      ({ mediaType, method }) => mediaType?.startsWith('text/html') && method === 'GET',
    );
    expect(pages.map(({ id }) => id).sort()).toEqual(['finishOAuth', 'getDocs']);
    const { body, headers } = await send({ path: '/docs' });
    expectInert(body, headers['content-security-policy']);
  });
});
