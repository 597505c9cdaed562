import { afterAll } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { makeEgress } from '../../../shared/adapters/egress.ts';
import { systemClock } from '../../../shared/adapters/system.ts';
import { openProviders } from '../../../shared/ai/providers.ts';
import { sealCredential } from '../../../shared/credentials/credential-data.ts';
import { newId } from '../../../shared/ids.ts';
import type { Dialect } from '../../shared/ai/dialects.ts';
import type { Reply } from '../../shared/ai/fake-servers.ts';
import { aWorkbench } from '../workbench.ts';

const REGION = 'eu-west-1';

/** A workbench whose models are called as they really are, up to a server of a test's own. */
export const aWireDesk = async ({ provider, start }: Dialect) => {
  const server = await start();
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
        region: REGION,
        credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret' },
      }),
      hasOwnRole: false,
    }),
  );
  const { platform, people } = bench;
  const isBedrock = provider === 'bedrock';
  const owned = { id: newId('cred'), createdBy: people.admin.id };
  const secrets: Record<string, string> = isBedrock
    ? { region: REGION, accessKeyId: 'AKIA', secretAccessKey: 'secret' }
    : { token: 'sk-of-the-admin-alone' };
  await platform.stores.credentials.create(
    {
      name: 'Model',
      type: isBedrock ? 'aws' : 'bearer',
      allowedHosts: isBedrock ? [] : [new URL(server.url).host],
      data: await sealCredential(platform.vault, owned, secrets),
      createdBy: owned.createdBy,
    },
    owned.id,
  );
  const model = await platform.stores.aiModels.create({
    name: 'At the wire',
    provider,
    modelId: 'test.model-v1',
    type: 'llm',
    description: null,
    configuration: JSON.stringify({
      credentialId: owned.id,
      ...(isBedrock ? {} : { baseUrl: `${server.url}/v1` }),
      inputPricePerMillion: 3,
      outputPricePerMillion: 15,
    }),
    isActive: true,
    createdBy: owned.createdBy,
  });
  let asked: JsonObject[] = [];
  return {
    ...bench,
    modelId: model.id,
    credentialId: owned.id,
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
