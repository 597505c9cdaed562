import type { CredentialData, ResolvedCredential } from '../../../engine/ports.ts';

const HOSTS = ['*.example.com', '*.com', '*.org', '*.io', '*.de'];

/** What is in a credential of each type that calls the web. */
const FOR_THE_WEB: Readonly<Record<string, CredentialData>> = {
  slack: { token: 'xoxb-1' },
  discord: { token: 'bot-1' },
  telegram: { token: '1:bot', baseUrl: 'https://api.telegram.org' },
  webhookUrl: { url: 'https://teams.example.com/hook' },
  bearer: { token: 'token-1' },
  apiKey: { in: 'header', name: 'X-API-Key', key: 'key-1' },
  generic: { key: 'signing-key' },
};

/** A credential of each type, with the type for its id; `peers`: those by which peers on loopback are reached. */
export const credentialsWith = (
  peers: Readonly<Record<string, CredentialData>>,
): readonly ResolvedCredential[] =>
  Object.entries({ ...FOR_THE_WEB, ...peers }).map(([type, data]) => ({
    id: type,
    type,
    data,
    allowedHosts: 'port' in data ? [`${data.host}:${data.port}`] : HOSTS,
  }));
