import { describe, expect, it } from 'vitest';
import { authenticate } from '../../../engine/credentials/authenticate.ts';
import { NodeError } from '../../../engine/errors.ts';
import { Redactor } from '../../../engine/interpreter/redactor.ts';
import type { JsonObject } from '../../../engine/item.ts';
import type { NodeCall, NodeResult } from '../../../engine/nodes/define-node.ts';
import type { FilePort, ResolvedCredential } from '../../../engine/ports.ts';
import { aDefinition, items, makeWorld, respond } from '../engine-world.ts';
import { aNodeType, aRegistry } from './test-nodes.ts';

const SECRET = 'c4n&ry/"sécret"+value\\<1>';
const basic: ResolvedCredential = {
  id: 'cred_1',
  type: 'basic',
  data: { username: 'zoë', password: SECRET },
  allowedHosts: ['example.test'],
};

const json = (value: unknown) => JSON.stringify(value).slice(1, -1);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const SPELLINGS: Readonly<Record<string, string>> = {
  'as it is': SECRET,
  'within text': `before${SECRET}after`,
  twice: `${SECRET} and ${SECRET}`,
  'in JSON': json(SECRET),
  'in JSON in JSON': json(JSON.stringify({ password: SECRET })),
  'in JSON of ASCII': json(SECRET).replace('é', '\\u00e9'),
  'percent-encoded': encodeURIComponent(SECRET),
  'percent-encoded in lower case': encodeURIComponent(SECRET).replaceAll(/%../g, (code) =>
    code.toLowerCase(),
  ),
  'of a form': new URLSearchParams({ a: SECRET }).toString(),
  'in base64': base64(SECRET),
  'in base64 of URLs': Buffer.from(SECRET).toString('base64url'),
  'in a header': `Basic ${base64(`zoë:${SECRET}`)}`,
  'in base64, one further': base64(`x${SECRET}yz`),
  'in base64, two further': base64(`xy${SECRET}z`),
  'in hexadecimal': Buffer.from(SECRET).toString('hex'),
  'in HTML': SECRET.replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;'),
};
const LEAKS = [
  'c4n',
  'canry',
  'value',
  base64(SECRET).slice(4, 20),
  Buffer.from(SECRET).toString('hex').slice(8, 24),
];

const redactor = () => {
  const made = new Redactor();
  made.learn([SECRET]);
  return made;
};
const clean = (value: JsonObject): JsonObject | undefined =>
  redactor().result({ outputs: { main: [{ json: value }] } }).outputs.main?.[0]?.json;

describe('a secret', () => {
  it.each(Object.entries(SPELLINGS))('is taken out %s', (_, text) => {
    const cleaned = JSON.stringify(clean({ list: [{ text }], [text]: 1 }));
    expect(cleaned).toContain('[redacted]');
    for (const leak of LEAKS) expect(cleaned).not.toContain(leak);
  });

  it('of many lines is taken out line by line', () => {
    const lines = [
      '-----BEGIN KEY-----',
      'MIIEvQIBADANBgkqhkiG9w0BAQ',
      'EFAASCBKcwggSjAgEAAoIBAQC7',
      '-----END KEY-----',
    ];
    const made = new Redactor();
    made.learn([lines.join('\n')]);
    const result = made.result({ outputs: { main: [{ json: { text: `could not read ${lines[1]}` } }] } });
    expect(result.outputs.main?.[0]?.json.text).toBe('could not read [redacted]');
  });

  it('is taken out whole where another one is its beginning', () => {
    const made = new Redactor();
    made.learn([SECRET]);
    made.learn([`${SECRET}-longer`]);
    const { outputs } = made.result({ outputs: { main: [{ json: { text: `a ${SECRET}-longer b` } }] } });
    expect(outputs.main?.[0]?.json.text).toBe('a [redacted] b');
  });

  it('is taken out of a message that stops in the middle of it', () => {
    const error = redactor().error({
      code: `said.${SECRET}`,
      message: `The server said ${SECRET.slice(0, 9)}`,
      retryable: false,
      details: { body: `password=${encodeURIComponent(SECRET).slice(0, 11)}` },
      cause: SECRET,
    });
    expect(error).toEqual({
      code: 'said.[redacted]',
      message: 'The server said [redacted]',
      retryable: false,
      details: { body: 'password=[redacted]' },
      cause: '[redacted]',
    });
  });

  it.each([1, 2, 7, 1_000])('is taken out of files that come %i bytes at a time', async (size) => {
    const written: Uint8Array[] = [];
    const files: FilePort = {
      save: async (content, { fileName, mediaType }) => {
        for await (const chunk of content instanceof Uint8Array ? [content] : content) written.push(chunk);
        return { ref: 'x', size: 0, hash: '', mediaType, ...(fileName === undefined ? {} : { fileName }) };
      },
      open: () => Promise.reject(new Error('not here')),
    };
    const noise = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const bytes = Buffer.concat([noise, Buffer.from(SECRET), noise, Buffer.from(base64(SECRET)), noise]);
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    };
    const saved = await redactor()
      .files(files)
      .save(chunks(), { fileName: `${SECRET}.txt`, mediaType: 'a/b' });
    const all = Buffer.concat(written).toString('latin1');
    expect(all.split(noise.toString('latin1'))).toHaveLength(4);
    expect(all.split('[redacted]')).toHaveLength(3);
    for (const leak of LEAKS) expect(all).not.toContain(leak);
    expect(saved.fileName).toBe('[redacted].txt');
  });
});

describe('what holds no secret', () => {
  it('goes on by reference', () => {
    const main = items({ a: [1, { b: 'text' }] });
    expect(redactor().result({ outputs: { main } }).outputs.main).toBe(main);
  });

  it.each(['', 'abc', 'ab'])('stays as it is when the secret is too short to be told: %j', (secret) => {
    const made = new Redactor();
    made.learn([secret]);
    const main = items({ text: 'abc ab' });
    expect(made.result({ outputs: { main } }).outputs.main).toBe(main);
  });
});

describe('a node with a credential', () => {
  const calling = (
    act: (call: NodeCall<JsonObject>, credential: ResolvedCredential) => Promise<NodeResult>,
  ) =>
    aNodeType({
      type: 'secret',
      effect: 'write',
      credentialTypes: ['basic'],
      execute: async (call) => {
        const credential = await call.credential();
        return credential ? act(call, credential) : { outputs: { main: [] } };
      },
    });
  const run = async (
    act: Parameters<typeof calling>[0],
    credentialId: string | undefined = 'cred_1',
    onError: 'stop' | 'continue' = 'stop',
  ) => {
    const world = makeWorld({
      registry: aRegistry(calling(act)),
      credentials: [basic, { ...basic, id: 'cred_2', type: 'bearer', data: { token: SECRET } }],
      answer: (request) =>
        respond(200, { echo: request.headers }, { 'x-echo': String(request.headers.authorization) }),
    });
    const definition = aDefinition(
      {
        start: { type: 'start' },
        secret: { type: 'secret', onError, ...(credentialId === undefined ? {} : { credentialId }) },
        pass: { type: 'pass' },
      },
      ['start -> secret', 'secret -> pass'],
    );
    return { result: await world.runToEnd(definition), journal: JSON.stringify(world.events()) };
  };
  const echo: Parameters<typeof calling>[0] = async (call, credential) => {
    const { headers, body } = await call.ports.http.request(
      authenticate(
        {
          method: 'POST',
          url: 'https://example.test/',
          headers: {},
          maxRedirects: 0,
          timeoutMilliseconds: 1_000,
          maxResponseBytes: 10_000,
          signal: call.signal,
        },
        credential,
      ),
    );
    return { outputs: { main: items({ headers: { ...headers }, body: new TextDecoder().decode(body) }) } };
  };

  it('records what came back without what it sent', async () => {
    const { result, journal } = await run(echo);
    expect(result.outcome).toEqual({ kind: 'done', status: 'completed' });
    expect(journal).toContain('[redacted]');
    expect(journal).not.toContain(base64(`zoë:${SECRET}`));
    for (const leak of LEAKS) expect(journal).not.toContain(leak);
  });

  it.each(['stop', 'continue'] as const)('records errors without it (%s)', async (onError) => {
    const { journal } = await run(
      async () => {
        throw new NodeError('test.broken', `Login failed for zoë:${SECRET}`, {
          details: { sent: [SECRET] },
          cause: new Error(base64(SECRET)),
        });
      },
      'cred_1',
      onError,
    );
    expect(journal).toContain('Login failed for zoë:[redacted]');
    for (const leak of LEAKS) expect(journal).not.toContain(leak);
  });

  it('fails with one of a type it does not take, and with one that is not there', async () => {
    expect((await run(echo, 'cred_2')).result.error).toMatchObject({ code: 'credential.wrongType' });
    expect((await run(echo, 'cred_3')).result.error).toMatchObject({ code: 'credential.notFound' });
  });

  it('gets none when it names none', async () => {
    const world = await run(echo, undefined as never);
    expect(world.result.outcome).toEqual({ kind: 'done', status: 'completed' });
  });
});
