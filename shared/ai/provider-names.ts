export const PROVIDERS = ['bedrock', 'openai-compatible'] as const;
