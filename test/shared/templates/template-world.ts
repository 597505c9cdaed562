import type { ChatRequest } from '../../../engine/ai/port.ts';
import type { Definition } from '../../../engine/definition.ts';
import { NodeError } from '../../../engine/errors.ts';
import { makeFiles } from '../../../engine/files.ts';
import type { WorkflowResponse } from '../../../engine/interpreter/event.ts';
import type { Item, Json, JsonObject } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import type { AwsAnswer, AwsCall, HttpResponse, SqlResult } from '../../../engine/ports.ts';
import { makeQuickJs } from '../../../shared/sandbox/quickjs.ts';
import { instantiated } from '../../../shared/templates/instantiate.ts';
import { LIBRARY } from '../../../shared/templates/library.ts';
import { EXECUTION_ID, makeWorld } from '../../engine/engine-world.ts';
import { memoryTables } from '../../engine/memory-tables.ts';
import { fakeAi, type Script } from '../../engine/nodes/fake-ai.ts';
import { type OutsideCall, theOutside } from './outside.ts';

/** What an outside call is answered with: JSON, or what a function makes of what was sent. */
type Reply = Json | ((sent: Json) => Json | HttpResponse | NodeError);

interface Setting {
  /** By method and address without query: `GET api.example.com/orders`. */
  readonly http?: Readonly<Record<string, Reply>>;
  readonly ai?: readonly Script[];
  /** By operation: `GetObject`. */
  readonly aws?: Readonly<Record<string, (input: AwsCall['input']) => AwsAnswer>>;
  readonly sql?: readonly (readonly SqlResult[])[];
  readonly values?: Readonly<Record<string, Json>>;
  /** In place of the sample. */
  readonly input?: readonly JsonObject[];
  /** Files of the first item, by name. */
  readonly files?: Readonly<Record<string, { readonly text: string; readonly mediaType: string }>>;
  /** Executions that were before, with what they have left in tables. */
  readonly before?: readonly { readonly from: string; readonly items: readonly JsonObject[] }[];
  /** The trigger; the first node when left out. */
  readonly from?: string;
  /** What a person answers to each link that is sent to them, in turn. */
  readonly answers?: readonly Json[];
  readonly workflows?: Readonly<Record<string, Definition>>;
}

export const templateNamed = (id: string) => {
  const template = LIBRARY.find((each) => each.id === id);
  if (!template) throw new Error(`There is no template ${id}.`);
  return template;
};

const HOSTS = ['*.example.com', '*.com', '*.org', '*.io', '*.de'];
const CREDENTIALS: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  slack: { token: 'xoxb-1' },
  discord: { token: 'bot-1' },
  telegram: { token: '1:bot', baseUrl: 'https://api.telegram.org' },
  webhookUrl: { url: 'https://teams.example.com/hook' },
  bearer: { token: 'token-1' },
  apiKey: { in: 'header', name: 'X-API-Key', key: 'key-1' },
  generic: { key: 'signing-key' },
  smtp: { host: 'mail.example.com', port: 587, security: 'starttls' },
  postgresql: { host: 'db.example.com', port: 5432, database: 'shop', user: 'u', password: 'p' },
  aws: { region: 'eu-central-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
};

/** What services answer that a message was sent to. */
const CHATS: Readonly<Record<string, Json>> = {
  'POST slack.com/api/chat.postMessage': { ok: true, channel: 'C1', ts: '1.1' },
  'POST api.telegram.org/bot1:bot/sendMessage': { ok: true, result: { message_id: 1, chat: { id: 2 } } },
  'POST discord.com/api/v10/channels/1200000000000000000/messages': { id: '3', channel_id: '4' },
  'POST teams.example.com/hook': {},
};

const sandbox = makeQuickJs();

/** Makes a workflow of a template and runs it, with everything around it answered here. */
export const runTemplate = async (id: string, setting: Setting = {}) => {
  const template = templateNamed(id);
  const used = template.credentials.map(({ nodeId, types: [type = ''] }) => ({ nodeId, type }));
  const named = template.values.flatMap(({ path }): [string, Json][] => {
    if (path.endsWith('odel')) return [[path, 'aim_1']];
    return path.endsWith('orkflowId') ? [[path, 'wf_1']] : [];
  });
  const definition = instantiated(template, {
    credentials: Object.fromEntries(used.map(({ nodeId, type }) => [nodeId, type])),
    values: { ...Object.fromEntries(named), ...setting.values },
  });
  const calls: {
    readonly to: string;
    readonly query: string;
    readonly headers: OutsideCall['headers'];
    readonly body: Json;
  }[] = [];
  const mails: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly files: readonly string[];
  }[] = [];
  const aws: { readonly operation: string; readonly input: AwsCall['input'] }[] = [];
  const sql: { readonly text: string; readonly values: readonly Json[] }[] = [];
  const answers = [...(setting.answers ?? [])];
  const results = [...(setting.sql ?? [])];
  const { ai, asked } = fakeAi(...(setting.ai ?? []));

  /** Somebody who gets a link follows it. */
  const follow = (text: string): void => {
    const waitId = /hooks\.test\/resume\/([^/\s"\\]+)\//.exec(text)?.[1];
    if (!waitId || answers.length === 0) return;
    world.inbox.push({ kind: 'callback', waitId, at: world.clock.now(), data: answers.shift() ?? null });
  };
  const strangers: string[] = [];
  const outside = theOutside(({ to, query, headers, body: text }) => {
    const body = parsed(text);
    calls.push({ to, query, headers, body });
    follow(text);
    const reply = setting.http?.[to] ?? CHATS[to];
    if (reply === undefined) {
      strangers.push(to);
      return new NodeError('http.network', `Nobody answers ${to}.`);
    }
    const made = typeof reply === 'function' ? reply(body) : reply;
    if (made instanceof NodeError || isResponse(made)) return made;
    return answerWith(JSON.stringify(made), 'application/json');
  });
  const tables = memoryTables({ now: () => Date.UTC(2026, 0, 5, 9) });
  const options: Parameters<typeof makeWorld>[0] = {
    registry: nodeTypes,
    sandbox: { run: (program) => sandbox.run(program) },
    tables,
    patience: 2_000,
    credentials: used.map(({ type }) => ({
      id: type,
      type,
      data: CREDENTIALS[type] ?? {},
      allowedHosts: HOSTS,
    })),
    answer: outside.answer,
    isBusy: outside.isBusy,
    ai,
    workflows: setting.workflows ?? {},
    aws: {
      send: async ({ operation, input }) => {
        const given =
          operation === 'PutObject'
            ? { ...input, Body: Buffer.from(input.Body as Uint8Array).toString() }
            : input;
        aws.push({ operation, input: given });
        const reply = setting.aws?.[operation];
        if (!reply) throw new Error(`Nobody answers ${operation}.`);
        return reply(input);
      },
      presign: async ({ input }) => `https://signed.example.com/${String(input.Bucket)}/${String(input.Key)}`,
      sign: async ({ request }) => request,
    },
    sql: {
      run: async ({ statements }) => {
        sql.push(...statements.map(({ text, parameters }) => ({ text, values: parameters })));
        return results.shift() ?? statements.map(() => ({ rows: null, affectedRows: 1 }));
      },
    },
    mail: {
      verify: async () => undefined,
      compose: async () => new Uint8Array(),
      send: async ({ to, subject, text = '', html = '', attachments }) => {
        mails.push({
          to: to.join(),
          subject,
          text: text + html,
          files: attachments.map(({ fileName }) => fileName),
        });
        follow(text + html);
        return { accepted: to, rejected: [], response: '250' };
      },
    },
  };
  let world = makeWorld(options);
  const runFrom = (from: string, items: readonly Item[]) =>
    world.runToEnd(definition, { trigger: { nodeId: from, items: [...items] } });
  for (const { from, items } of setting.before ?? []) {
    await runFrom(
      from,
      items.map((json) => ({ json })),
    );
    world = makeWorld(options);
  }
  const own = makeFiles(
    { payloads: world.payloads, random: { id: () => 'given', number: () => 0 } },
    EXECUTION_ID,
  );
  const binary: Record<string, Awaited<ReturnType<typeof own.save>>> = {};
  for (const [name, { text, mediaType }] of Object.entries(setting.files ?? {}))
    binary[name] = await own.save(Buffer.from(text), { mediaType, fileName: name });
  const items: Item[] = (setting.input ?? template.sampleInput).map((json, index) => ({
    json,
    ...(index === 0 && setting.files ? { binary } : {}),
  }));
  const { output, error } = await runFrom(setting.from ?? definition.nodes[0]?.id ?? '', items);
  if (strangers.length > 0) throw new Error(`Nobody answers ${strangers}.`);
  const responded = world.events().find((event) => event.type === 'responded');
  return {
    definition,
    calls,
    /** What the calls to one address have sent. */
    sentTo: (to: string) => calls.filter((call) => call.to === to).map(({ body }) => body),
    slack: calls
      .filter(({ to }) => to === 'POST slack.com/api/chat.postMessage')
      .map(({ body }) => (body as JsonObject).text),
    mails,
    aws,
    sql,
    asked: asked as readonly ChatRequest[],
    output,
    error,
    answered: responded?.type === 'responded' ? answerOf(responded.response) : undefined,
    /** How long it took on the clock, in seconds. */
    seconds: (world.clock.now() - Date.UTC(2026, 0, 5, 9)) / 1_000,
  };
};

const answerOf = ({ status, body }: WorkflowResponse) => ({
  status,
  body: body.kind === 'json' || body.kind === 'text' ? body.value : body.kind,
});

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
};

const isResponse = (made: Json | HttpResponse): made is HttpResponse =>
  typeof made === 'object' && made !== null && 'body' in made && made.body instanceof Uint8Array;

/** A response as a server gives it, for what is no JSON or no 200. */
export const answerWith = (
  text: string,
  mediaType: string,
  url = 'https://example.test/',
  status = 200,
): HttpResponse => ({ status, headers: { 'content-type': mediaType }, body: Buffer.from(text), url });

export const aFile = (text: string): AwsAnswer => ({
  Body: (async function* () {
    yield Buffer.from(text);
  })(),
});
