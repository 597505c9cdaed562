import { afterAll } from 'vitest';
import type { JsonObject } from '../../../../engine/item.ts';
import { openNodeIdentities } from '../../../../shared/adapters/aws/node-services.ts';
import { makeEgress } from '../../../../shared/adapters/egress.ts';
import { systemClock } from '../../../../shared/adapters/system.ts';
import { executionAi } from '../../../../shared/ai/execution-ai.ts';
import { openProviders } from '../../../../shared/ai/providers.ts';
import { once } from '../../../../shared/once.ts';
import type { AiModelRecord } from '../../../../shared/store/ai-models.ts';
import { EXECUTION_ID } from '../../../engine/engine-world.ts';
import { testPlatform } from '../../../http/test-platform.ts';
import { BEDROCK, type Dialect, OPEN_AI } from '../../ai/dialects.ts';
import type { Reply, Respond } from '../../ai/exchange.ts';
import type { FakeServer } from '../../ai/fake-servers.ts';
import { mediaAnswer } from '../../ai/media-answers.ts';
import { modelCredential, modelRow } from '../../ai/model-rows.ts';

/** What a model says when its turn comes, in whichever dialect its server speaks; `asked` is the body it was sent. */
export type Turn = (dialect: Dialect, asked: JsonObject) => Reply;

export const says =
  (text: string | ((asked: string) => string)): Turn =>
  (dialect, asked) =>
    dialect.says(typeof text === 'string' ? text : text(JSON.stringify(asked)));

/** Gives an answer that has to be structured. */
export const answers =
  (answer: JsonObject): Turn =>
  (dialect) =>
    dialect.uses('answer', answer);

export const usesTool =
  (name: string, input: JsonObject): Turn =>
  (dialect) =>
    dialect.uses(name, input);

export interface ModelAsked {
  readonly system: string;
  /** The messages, as JSON. */
  readonly messages: string;
}

/** By the beginning of a node's type: what model it asks, where that is none of language. */
const MODEL_TYPES: Readonly<Record<string, AiModelRecord['type']>> = {
  'ai.embed': 'embedding',
  'ai.image': 'image',
  'ai.audio': 'audio',
};

const http = makeEgress({ allowedHosts: ['127.0.0.1'] });
const stops: (() => Promise<unknown>)[] = [() => http.close()];
afterAll(() => Promise.all(stops.map((stop) => stop())));

const platformOf = once(async () => {
  const platform = await testPlatform();
  const identityOf = openNodeIdentities({ nodeRole: null, region: null, now: () => Date.now() });
  const providers = openProviders({ http, clock: systemClock, identityOf, hasOwnRole: false });
  const admin = await platform.stores.users.create({
    username: 'admin',
    email: 'admin@example.com',
    passwordHash: 'of no password',
    role: 'admin',
    securityStamp: platform.random.id(),
  });
  return { ...platform, clock: systemClock, http, providers, admin };
});

interface Place {
  readonly server: FakeServer;
  /** Ids of rows by type of model. */
  readonly rows: Readonly<Partial<Record<AiModelRecord['type'], string>>>;
}

const startedAt = (dialect: Dialect) =>
  once(async (): Promise<Place> => {
    const [platform, server] = await Promise.all([platformOf(), dialect.start()]);
    stops.push(() => server.stop());
    if (dialect === BEDROCK) {
      process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = server.url;
      stops.push(async () => delete process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME);
    }
    const place = { platform, dialect, url: server.url, createdBy: platform.admin.id };
    const { id } = await modelCredential(place);
    const rows: Partial<Record<AiModelRecord['type'], string>> = {};
    for (const type of Object.keys(dialect.models) as AiModelRecord['type'][])
      rows[type] = (await modelRow(place, type, id)).id;
    return { server, rows };
  });

/** One server of each dialect for a test file. */
const PLACES: Readonly<Record<Dialect['provider'], () => Promise<Place>>> = {
  bedrock: startedAt(BEDROCK),
  'openai-compatible': startedAt(OPEN_AI),
};

/**
 * Models as an execution has them, called by the providers' own clients at servers on loopback. They answer turn by turn, the last
 * one again; what a dialect has no models for is asked of OpenAI's.
 */
export const modelsFor = async (dialect: Dialect, turns: readonly Turn[]) => {
  const asked: ModelAsked[] = [];
  const unanswered: string[] = [];
  let heard = 0;

  const respondIn =
    (spoken: Dialect): Respond =>
    async (request) => {
      heard += 1;
      const media = await mediaAnswer(request);
      if (media) return media;
      const body = JSON.parse(request.body) as JsonObject;
      asked.push({ system: spoken.systemIn(body), messages: JSON.stringify(body.messages) });
      const turn = turns[Math.min(asked.length, turns.length) - 1];
      if (turn) return turn(spoken, body);
      unanswered.push(request.path);
      return { status: 400, body: { message: 'The model has nothing to say.' } };
    };

  const places = new Map<Dialect, Place>();
  for (const each of new Set([dialect, OPEN_AI])) {
    const place = await PLACES[each.provider]();
    place.server.answer(respondIn(each));
    places.set(each, place);
  }
  const world = await platformOf();
  return {
    ai: executionAi(world, { id: EXECUTION_ID, workflowId: 'wf_1' }, {}),
    /** The row of the model that a node of a type asks. */
    modelOf: (nodeType: string): string => {
      const type = MODEL_TYPES[nodeType] ?? 'llm';
      return places.get(dialect)?.rows[type] ?? places.get(OPEN_AI)?.rows[type] ?? '';
    },
    asked: asked as readonly ModelAsked[],
    unanswered,
    heard: () => heard,
  };
};
