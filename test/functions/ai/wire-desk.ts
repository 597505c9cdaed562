import { afterAll } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { makeEgress } from '../../../shared/adapters/egress.ts';
import { systemClock } from '../../../shared/adapters/system.ts';
import { openProviders } from '../../../shared/ai/providers.ts';
import type { Dialect } from '../../shared/ai/dialects.ts';
import type { Reply } from '../../shared/ai/exchange.ts';
import { MODEL_REGION, modelCredential, modelRow } from '../../shared/ai/model-rows.ts';
import { aWorkbench } from '../workbench.ts';

/** A workbench whose models are called as they really are, up to a server of a test's own. */
export const aWireDesk = async (dialect: Dialect) => {
  const server = await dialect.start();
  const http = makeEgress({ allowedHosts: ['127.0.0.1'] });
  process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME = server.url;
  afterAll(async () => {
    delete process.env.AWS_ENDPOINT_URL_BEDROCK_RUNTIME;
    await Promise.all([server.stop(), http.close()]);
  });
  const bench = await aWorkbench(
    http,
    openProviders({
      http,
      clock: systemClock,
      identityOf: async () => ({
        region: MODEL_REGION,
        credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
      }),
      hasOwnRole: false,
    }),
  );
  const { platform, people } = bench;
  const place = { platform, dialect, url: server.url, createdBy: people.admin.id };
  const credential = await modelCredential(place);
  const model = await modelRow(place, 'llm', credential.id);
  let asked: JsonObject[] = [];
  return {
    ...bench,
    modelId: model.id,
    credentialId: credential.id,
    /** What the server answers, one after the other, the last one again. Answers the bodies it gets, as they come. */
    told: (...replies: readonly [Reply, ...Reply[]]) => {
      const bodies: JsonObject[] = [];
      asked = bodies;
      server.answer(({ body }) => {
        asked.push(JSON.parse(body) as JsonObject);
        return replies[Math.min(asked.length, replies.length) - 1] ?? replies[0];
      });
      return bodies as readonly JsonObject[];
    },
  };
};

export type WireDesk = Awaited<ReturnType<typeof aWireDesk>>;
