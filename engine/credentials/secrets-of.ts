import type { ResolvedCredential } from '../ports.ts';
import { credentialTypes } from './registry.ts';

/** What of a credential nobody may read: its secret fields, and what requests carry in their place. */
export const secretsOf = ({ type: name, data }: ResolvedCredential): readonly string[] => {
  const type = credentialTypes.get(name);
  const fields = Object.entries(data)
    // Of a type that is not known, everything is; and a token stands in the place of what it was got for.
    .filter(([field]) => !type || type.grant !== null || type.isSecret(field))
    .map(([, value]) => String(value));
  const { headers = {}, query = {} } = type?.authenticate?.(data) ?? {};
  const sent = [...Object.values(headers), ...Object.values(query)];
  // Without the scheme in front: it is the rest of `Basic …` that must not be seen.
  return [...new Set([...fields, ...sent.map((value) => value.replace(/^(Basic|Bearer) /, ''))])];
};
