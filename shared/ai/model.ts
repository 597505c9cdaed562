import type { AiUsage } from '../../engine/ai/port.ts';
import type { ResolvedCredential } from '../../engine/ports.ts';
import type { AiModelRecord } from '../store/ai-models.ts';
import type { ModelConfiguration } from './model-configuration.ts';

/** A model ready to be called. */
export interface AiModel {
  readonly id: string;
  readonly modelId: string;
  readonly provider: string;
  readonly type: AiModelRecord['type'];
  readonly configuration: ModelConfiguration;
  readonly credential: ResolvedCredential | null;
  /** The admin whose credential it is. */
  readonly createdBy: string;
}

/** Tokens as a provider counts them; those that came out of its cache or went into it are among the input ones. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly written?: number;
}

/** What goes into a cache is a quarter dearer with some models ("Prompt caching", Bedrock User Guide), so it counts as that with all. */
const WRITTEN_SURCHARGE = 0.25;

const MILLION = 1_000_000;

/** What tokens cost by the model's price list; null when it has none. */
export const usageOf = ({ configuration }: Pick<AiModel, 'configuration'>, tokens: Tokens): AiUsage => {
  const { inputPricePerMillion: input, outputPricePerMillion: output, cachedPricePerMillion } = configuration;
  const cached = Math.min(tokens.cached ?? 0, tokens.input);
  const counted = { inputTokens: tokens.input, outputTokens: tokens.output, cachedTokens: cached };
  if (input === undefined) return { ...counted, costUsd: null };
  const cost =
    (tokens.input - cached + WRITTEN_SURCHARGE * (tokens.written ?? 0)) * input +
    cached * (cachedPricePerMillion ?? input) +
    tokens.output * (output ?? 0);
  return { ...counted, costUsd: cost / MILLION };
};
