import { NodeError } from '../../engine/errors.ts';
import type { Clock, HttpPort } from '../../engine/ports.ts';
import type { NodeIdentities } from '../adapters/aws/node-identity.ts';
import { once } from '../once.ts';
import type { AiModel } from './model.ts';
import type { AiProvider } from './provider.ts';
import type { PROVIDERS } from './provider-names.ts';

/** By the name that a model's row gives; each loaded when a model of it is first called. */
export type AiProviders = Readonly<Record<string, () => Promise<AiProvider>>>;

interface ProviderWorld {
  readonly http: HttpPort;
  readonly clock: Pick<Clock, 'now'>;
  readonly identityOf: NodeIdentities;
  /** Models of Bedrock may be called as the function itself, as on AWS, where its role allows the configured ones alone. */
  readonly hasOwnRole: boolean;
}

export const openProviders = ({ http, clock, identityOf, hasOwnRole }: ProviderWorld): AiProviders => {
  const bedrockIdentity = async ({ modelId, createdBy, credential, configuration: { region } }: AiModel) => {
    if (credential) return identityOf({ ownerId: createdBy, credential, region, service: 'bedrock' });
    if (hasOwnRole) return null;
    const message = `${modelId} needs a credentialId in its configuration: on one machine there is no role for it.`;
    throw new NodeError('ai.denied', message);
  };
  const made: Record<(typeof PROVIDERS)[number], () => Promise<AiProvider>> = {
    bedrock: once(async () => (await import('./bedrock.ts')).makeBedrock({ identityOf: bedrockIdentity })),
    'openai-compatible': once(async () =>
      (await import('./openai-compatible.ts')).makeOpenAiCompatible(http, clock),
    ),
  };
  return made;
};
