import { beforeEach, describe, expect, it } from 'vitest';
import type { DefinitionInput } from '../../engine/definition.ts';
import { credentialsOf } from '../../shared/credentials/resolve.ts';
import { newId } from '../../shared/ids.ts';
import { loopback } from '../adapters/loopback.ts';
import { aCredentialBench } from '../functions/credentials/credential-bench.ts';
import { oauthProvider } from '../functions/credentials/oauth-provider.ts';
import { chain, manual } from '../functions/definitions.ts';

type Bench = Awaited<ReturnType<typeof aCredentialBench>>;
type Node = DefinitionInput['nodes'][number];

/** Looked for in everything. Its parts, as what cuts a secret in two gives away half of it. */
const CANARY = 'canary-4711-"sécret"&value/8675309';
const PARTS = ['canary-4711', '8675309', Buffer.from(CANARY).toString('base64').slice(3, 20), 'anary-4711'];

let bench: Bench;
let call: Bench['credentials']['owner'];
const use = async (...hosts: readonly string[]) => {
  bench = await aCredentialBench(...hosts);
  call = bench.credentials.owner;
};
beforeEach(() => use());

const aCredential = async (host: string, type = 'bearer', data: object = { token: CANARY }) => {
  const answer = await call('POST', '/credentials', { name: 'API', type, data, allowedHosts: [host] });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id as string;
};
const calling = (credentialId: string, url: string, parameters: object = {}): Node => ({
  id: 'call',
  name: 'Call',
  type: 'http.request',
  credentialId,
  parameters: { url, ...parameters } as never,
});
const aWorkflow = async (definition: DefinitionInput, as = bench.owner) =>
  (await as('POST', '/workflows', { name: 'Orders', definition })).body;
const run = async (workflowId: string) =>
  (await bench.owner('POST', `/workflows/${workflowId}/run?wait=10`, { version: 'draft' })).body;
/** Everything there is of an execution: rows, journal, logs. */
const allOf = async (executionId: string): Promise<string> =>
  JSON.stringify([
    await bench.platform.stores.executions.load(executionId),
    (await bench.owner('GET', `/executions/${executionId}`)).body,
    (await bench.owner('GET', `/executions/${executionId}/logs`)).body,
  ]);
const expectNoTrace = (text: string) => {
  for (const part of PARTS) expect(text).not.toContain(part);
};

describe('a credential of somebody else', () => {
  it('CR-01 is refused when a workflow is saved, published and run, as one there is not', async () => {
    const id = await aCredential('api.example.com');
    for (const credentialId of [id, newId('cred'), 'cred_x', '{{ $json.id }}', bench.people.owner.id]) {
      const made = await aWorkflow(
        chain(manual, calling(credentialId, 'https://api.example.com/')),
        bench.stranger,
      );
      expect(made.problems.map(({ code }: { code: string }) => code)).toEqual(['node.unknownCredential']);
      expect((await bench.stranger('POST', `/workflows/${made.id}/publish`)).status).toBe(422);
      expect((await bench.stranger('POST', `/workflows/${made.id}/run`, { version: 'draft' })).status).toBe(
        422,
      );
    }
    await expect(credentialsOf(bench.platform, bench.people.stranger.id).resolve(id)).rejects.toMatchObject({
      code: 'credential.notFound',
      message: `There is no credential ${id}.`,
    });
  });

  it('CR-01 is not used by a workflow of theirs that an admin edits for another, nor by an admin', async () => {
    const id = await aCredential('api.example.com');
    const admins = await aWorkflow(chain(manual, calling(id, 'https://api.example.com/')), bench.admin);
    expect(admins.problems).toHaveLength(1);
    const strangers = await aWorkflow(chain(manual), bench.stranger);
    const saved = await bench.admin('PUT', `/workflows/${strangers.id}`, {
      definition: chain(manual, calling(id, 'https://api.example.com/')),
    });
    expect(saved.body.problems).toHaveLength(1);
  });

  it('CR-01 is not reached by a copy of a public workflow, a package, a test, a model or an older version', async () => {
    const id = await aCredential('api.example.com');
    const using = chain(manual, calling(id, 'https://api.example.com/'));
    const { id: open } = await aWorkflow(using);
    await bench.owner('PATCH', `/workflows/${open}`, { isPublic: true });
    const { id: mine } = await aWorkflow(chain(manual), bench.stranger);
    const named = async (workflowId: string) =>
      JSON.stringify((await bench.stranger('GET', `/workflows/${workflowId}`)).body.definition).includes(id);

    const copied = await bench.stranger('POST', `/workflows/${open}/duplicate`, {});
    expect([copied.status, await named(copied.body.id)]).toEqual([201, false]);
    const imported = await bench.stranger('POST', '/workflows/import', {
      package: { format: 'stepwell.workflow', formatVersion: 1, name: 'Taken', definition: using },
    });
    expect(imported.status >= 400 || !(await named(imported.body.id))).toBe(true);
    const tested = await bench.stranger('POST', `/workflows/${mine}/test?wait=5`, { definition: using });
    expect(tested).toMatchObject({ status: 422, body: { code: 'workflow.invalid' } });
    const model = await bench.admin('POST', '/ai-models', {
      name: 'Taken',
      provider: 'openai-compatible',
      modelId: 'a',
      type: 'llm',
      configuration: { baseUrl: 'https://api.example.com/v1', credentialId: id },
    });
    expect(model.status).toBe(404);
    // Saved while it was invalid, and brought back by its number: as unknown as before.
    await bench.stranger('PUT', `/workflows/${mine}`, { definition: using });
    await bench.stranger('PUT', `/workflows/${mine}`, { definition: chain(manual) });
    const restored = await bench.stranger('POST', `/workflows/${mine}/versions/2/restore`, {});
    expect(restored.body.problems.map(({ code }: { code: string }) => code)).toEqual([
      'node.unknownCredential',
    ]);
    expect((await bench.stranger('POST', `/workflows/${mine}/publish`)).status).toBe(422);
  });
});

describe('a credential', () => {
  it('CR-02 goes to its hosts and to nothing that looks like them, by redirects neither', async () => {
    const seen: string[] = [];
    const evil = await loopback((request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.end('{}');
    });
    const honest = await loopback((request, response) => {
      if (request.url === '/away') response.writeHead(307, { location: evil.origin }).end();
      else response.end('{"ok":true}');
    });
    await use(evil.host, honest.host);
    const id = await aCredential(honest.host);
    const urls = [
      [`${honest.origin}/`, 'completed'],
      [`${honest.origin}/away`, 'failed'],
      [`${evil.origin}/`, 'failed'],
      [`http://${honest.host}@${evil.host}/`, 'failed'],
      [`http://${honest.host}.evil.test/`, 'failed'],
      [`http://x${honest.host}/`, 'failed'],
      [`http://${evil.host}/#${honest.host}`, 'failed'],
      [`http://${evil.host}/?${honest.host}`, 'failed'],
    ] as const;
    for (const [url, status] of urls) {
      const { id: workflowId } = await aWorkflow(chain(manual, calling(id, url)));
      expect((await run(workflowId)).status, url).toBe(status);
    }
    const test = await call('POST', `/credentials/${id}/test`, { url: evil.origin });
    expect(test.body.ok).toBe(false);
    const away = await call('POST', `/credentials/${id}/test`, { url: `${honest.origin}/away` });
    expect(away.body.ok).toBe(false);
    expect(seen).toEqual([]);
  });

  it('CR-03 is read by no expression, and in no answer that a node gives', async () => {
    const { origin, host } = await loopback((request, response) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-echo': request.headers.authorization ?? '',
      });
      response.end(JSON.stringify({ echo: request.headers, raw: CANARY, json: JSON.stringify({ CANARY }) }));
    });
    await use(host);
    const id = await aCredential(host);
    const texts = [
      '$credentials',
      '$credential',
      '$request.headers',
      '$secrets',
      '$env',
      '$node("Call").credential',
      '$execution',
      '$workflow',
      '$',
    ];
    const fields = texts.map((text, index) => ({ name: `f${index}`, value: `{{ ${text} }}` }));
    const definition = chain(manual, calling(id, origin, { fullResponse: true }), {
      id: 'set',
      name: 'Set',
      type: 'data.set',
      parameters: { keep: 'all', fields } as never,
    });
    const { id: workflowId } = await aWorkflow(definition);
    const execution = await run(workflowId);
    expect(execution.status).toBe('completed');
    const all = await allOf(execution.id);
    expect(all).toContain('[redacted]');
    expectNoTrace(all);
  });

  it('CR-04 is found nowhere, whatever error it meets', { timeout: 60_000 }, async () => {
    const answers: Readonly<Record<string, Parameters<typeof loopback>[0]>> = {
      'a 400 that repeats the headers': (request, response) =>
        response.writeHead(400).end(JSON.stringify(request.headers)),
      'a 401 that repeats it in base64': (request, response) =>
        response.writeHead(401).end(Buffer.from(request.headers.authorization ?? '').toString('base64')),
      'a 500 that repeats it in the URL encoding': (request, response) =>
        response.writeHead(500).end(encodeURIComponent(String(request.headers.authorization))),
      'a long answer cut in the middle of it': (request, response) =>
        response.writeHead(422).end('x'.repeat(485) + request.headers.authorization),
      'no JSON where JSON is wanted': (request, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(request.headers.authorization),
      'a redirect to where it may not go': (request, response) =>
        response
          .writeHead(302, {
            location: `http://10.0.0.1/?${encodeURIComponent(String(request.headers.authorization))}`,
          })
          .end(),
      'a header that repeats it': (request, response) =>
        response.writeHead(403, { 'www-authenticate': request.headers.authorization ?? '' }).end(),
      'a connection that breaks': (request) => request.socket.destroy(),
      'a text as long as it wants': (request, response) =>
        response.end(`${request.headers.authorization}`.repeat(50_000)),
    };
    const servers = await Promise.all(
      Object.entries(answers).map(async ([what, answer]) => ({ what, ...(await loopback(answer)) })),
    );
    await use(...servers.map(({ host }) => host));
    for (const { what, origin, host } of servers) {
      const ids = [
        await aCredential(host),
        await aCredential(host, 'basic', { username: 'zoë', password: CANARY }),
        await aCredential(host, 'apiKey', { in: 'query', name: 'key', value: CANARY }),
        await aCredential(host, 'generic', { 'header.x-own': 'aa', 'query.k': CANARY }),
      ];
      const nodes = ids.flatMap((id, index) =>
        [{}, { fullResponse: true, neverError: true }].map((more, kind): Node => {
          const parameters = { response: 'json', maxResponseBytes: 100_000, ...more };
          const name = `call-${index}-${kind}`;
          return { ...calling(id, origin, parameters), id: name, name, onError: 'continue' };
        }),
      );
      const { id: workflowId } = await aWorkflow(chain(manual, ...nodes));
      const all = await allOf((await run(workflowId)).id);
      expect(all, what).toContain('call-3-1');
      expectNoTrace(all);
      for (const id of ids)
        expectNoTrace(JSON.stringify((await call('POST', `/credentials/${id}/test`, { url: origin })).body));
    }
    expect(bench.logged.length).toBeGreaterThan(10);
    expectNoTrace(JSON.stringify(bench.logged));
  });

  it('CR-05 is masked wherever it is told of, and no copy of a workflow holds it', async () => {
    const id = await aCredential('api.example.com');
    const { id: workflowId } = await aWorkflow(chain(manual, calling(id, 'https://api.example.com/')));
    await bench.owner('PATCH', `/workflows/${workflowId}`, { isPublic: true });
    const told = [
      await call('GET', `/credentials/${id}`),
      await call('GET', '/credentials'),
      await call('GET', '/credentials/types'),
      await call('PATCH', `/credentials/${id}`, { name: 'Other' }),
      await call('GET', `/credentials/${id}/usage`),
      await bench.owner('GET', `/workflows/${workflowId}`),
      await bench.owner('GET', `/workflows/${workflowId}/versions/1`),
      await bench.platform.stores.credentials.get(id),
    ];
    for (const each of told) expectNoTrace(JSON.stringify(each));
    const foreign = await bench.stranger('GET', `/workflows/${workflowId}`);
    expect(foreign.status).toBe(200);
    expect(JSON.stringify(foreign.body)).not.toContain(id);
  });

  it('CR-06 is connected by the one who began, once, soon, and as it was', async () => {
    const provider = await oauthProvider();
    await use(provider.host);
    const data = {
      authorizationUrl: `${provider.origin}/authorize`,
      tokenUrl: `${provider.origin}/token`,
      clientId: 'client',
      clientSecret: 's3cret-of-client',
    };
    const { id } = (
      await call('POST', '/credentials', { name: 'API', type: 'oauth2AuthorizationCode', data })
    ).body;
    const start = async () =>
      (await call('POST', `/credentials/${id}/oauth/start`)).body.authorizationUrl as string;
    const back = (url: string, token: string | null = bench.people.owner.token) =>
      bench.send({
        path: new URL(url).pathname,
        query: new URL(url).search.slice(1),
        ...(token === null ? {} : { token }),
      });
    const first = provider.grant(await start());
    expect(new URL(first).searchParams.get('state')).toMatch(/^[\w-]{43}$/);
    expect((await back(first, null)).status).toBe(401);
    expect((await back(first, bench.people.stranger.token)).status).toBe(400);
    const both = await Promise.all([back(first), back(first)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
    // Without the verifier, with another redirect address, or denied: nothing.
    const asked = new URL(await start());
    asked.searchParams.set('code_challenge', 'of-somebody-else');
    expect((await back(provider.grant(asked.href))).body.code).toBe('oauth.failed');
    const moved = new URL(await start());
    moved.searchParams.set('redirect_uri', 'http://localhost:8080/api/v1/credentials/oauth/callback?x');
    const code = new URL(provider.grant(moved.href));
    code.searchParams.delete('x');
    expect((await back(code.href)).body.code).toBe('oauth.failed');
    const denied = new URL(provider.grant(await start()));
    denied.searchParams.set('error', 'access_denied');
    const answer = await back(denied.href);
    expect(answer.body.code).toBe('oauth.denied');
    expect(answer.headers.location).toBeUndefined();
    // A key that may only read starts nothing; a credential that is gone gets nothing.
    const late = provider.grant(await start());
    await call('DELETE', `/credentials/${id}`);
    expect((await back(late)).status).toBe(400);
  });

  it('CR-07 opens in no other place, for no other owner, and with no bit changed', async () => {
    const { credentials } = bench.platform.stores;
    const [one, two] = [await aCredential('a.example'), await aCredential('b.example')];
    const resolve = (id: string) => credentialsOf(bench.platform, bench.people.owner.id).resolve(id);
    expect((await resolve(one)).data).toEqual({ token: CANARY });
    const [first, second] = [await credentials.get(one), await credentials.get(two)];
    const swapped = (a: string, b: string) => JSON.stringify({ ...JSON.parse(a), key: JSON.parse(b).key });
    const wrongs = [
      second?.data ?? '',
      swapped(first?.data ?? '', second?.data ?? ''),
      (first?.data ?? '').slice(0, -10),
      (first?.data ?? '').replace(/"text":"(.)/, (_, letter) => `"text":"${letter === 'A' ? 'B' : 'A'}`),
      '',
      '{}',
    ];
    for (const data of wrongs) {
      await credentials.update(one, { data });
      await expect(resolve(one)).rejects.toMatchObject({
        code: 'credential.unusable',
        message: 'The secret cannot be decrypted. Enter it again.',
      });
      expect((await call('GET', `/credentials/${one}`)).body.code).toBe('credential.unreadable');
    }
    await credentials.update(two, { createdBy: bench.people.stranger.id });
    await expect(credentialsOf(bench.platform, bench.people.stranger.id).resolve(two)).rejects.toMatchObject({
      code: 'credential.unusable',
    });
  });

  it('CR-08 stands in no address: neither of a token request nor of one with a header', async () => {
    const urls: string[] = [];
    const { origin, host } = await loopback((request, response) => {
      urls.push(String(request.url));
      response.end(JSON.stringify({ access_token: 'x', token_type: 'bearer' }));
    });
    await use(host);
    const secret = { tokenUrl: `${origin}/token`, clientId: 'client', clientSecret: CANARY };
    const ids = [
      await aCredential(host),
      await aCredential(host, 'oauth2ClientCredentials', secret),
      await aCredential(host, 'oauth2ClientCredentials', { ...secret, clientAuthentication: 'body' }),
    ];
    for (const id of ids) await call('POST', `/credentials/${id}/test`, { url: `${origin}/api` });
    expect(urls.length).toBeGreaterThan(4);
    expectNoTrace(urls.join());
  });

  it('CR-09 is gone with its row, however lately it was used', async () => {
    const id = await aCredential('a.example');
    const resolve = () => credentialsOf(bench.platform, bench.people.owner.id).resolve(id);
    await resolve();
    await call('DELETE', `/credentials/${id}`);
    await expect(resolve()).rejects.toMatchObject({ code: 'credential.notFound' });
  });
});
