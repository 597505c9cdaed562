import { NodeError } from '../errors.ts';
import type { HttpRequest, ResolvedCredential } from '../ports.ts';
import { credentialTypes } from './registry.ts';

/**
 * A request with a credential in it, bound to the hosts the credential is for. What the credential sets stands over what the
 * request had. Throws NodeError `credential.cannotAuthenticate`.
 */
export const authenticate = (request: HttpRequest, credential: ResolvedCredential): HttpRequest => {
  const type = credentialTypes.get(credential.type);
  if (!type?.authenticate)
    throw new NodeError(
      'credential.cannotAuthenticate',
      `A credential of type ${credential.type} does not authenticate HTTP requests.`,
    );
  const { headers = {}, query = {} } = type.authenticate(credential.data);
  const added = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  const names = added.map(([name]) => name);
  const kept = Object.entries(request.headers).filter(([name]) => !names.includes(name.toLowerCase()));
  return {
    ...request,
    url: withQuery(request.url, query),
    headers: Object.fromEntries([...kept, ...added]),
    allowedHosts: credential.allowedHosts,
    secretHeaders: [...(request.secretHeaders ?? []), ...names],
  };
};

/** What is no URL goes on as it is: the egress client says so. */
const withQuery = (written: string, query: Readonly<Record<string, string>>): string => {
  const url = Object.keys(query).length === 0 ? null : URL.parse(written);
  if (!url) return written;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};
