import { sealCredential } from '../../../shared/credentials/credential-data.ts';
import { newId } from '../../../shared/ids.ts';
import type { Platform } from '../../../shared/platform.ts';
import type { AiModelRecord } from '../../../shared/store/ai-models.ts';
import type { Dialect } from './dialects.ts';

export const MODEL_REGION = 'eu-west-1';

interface Place {
  readonly platform: Pick<Platform, 'stores' | 'vault'>;
  readonly dialect: Pick<Dialect, 'provider' | 'models'>;
  /** Of the server. */
  readonly url: string;
  readonly createdBy: string;
}

/** A credential for models at a server of a test's own. */
export const modelCredential = async ({ platform, dialect, url, createdBy }: Place) => {
  const isBedrock = dialect.provider === 'bedrock';
  const owned = { id: newId('cred'), createdBy };
  const secrets: Record<string, string> = isBedrock
    ? { region: MODEL_REGION, accessKeyId: 'AKIA', secretAccessKey: 'secret' }
    : { token: 'sk-of-the-admin-alone' };
  return platform.stores.credentials.create(
    {
      name: 'Model',
      type: isBedrock ? 'aws' : 'bearer',
      allowedHosts: isBedrock ? [] : [new URL(url).host],
      data: await sealCredential(platform.vault, owned, secrets),
      createdBy,
    },
    owned.id,
  );
};

/** A model of a type, as an admin makes it known. */
export const modelRow = (
  { platform, dialect: { provider, models }, url, createdBy }: Place,
  type: AiModelRecord['type'],
  credentialId: string,
) =>
  platform.stores.aiModels.create({
    name: 'At the wire',
    provider,
    modelId: models[type] ?? '',
    type,
    description: null,
    configuration: JSON.stringify({
      credentialId,
      ...(provider === 'bedrock' ? {} : { baseUrl: `${url}/v1` }),
      inputPricePerMillion: 3,
      outputPricePerMillion: 15,
    }),
    isActive: true,
    createdBy,
  });
