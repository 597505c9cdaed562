import { credentialTypes } from '../../engine/credentials/registry.ts';
import type { CredentialData } from '../../engine/ports.ts';
import { IN_WORDS } from '../../engine/schema-words.ts';
import { AppError } from '../errors.ts';
import { escapePointer } from '../http/json-body.ts';

const typeOf = (name: string) => {
  const type = credentialTypes.get(name);
  if (!type) throw new AppError('request.invalid', `There is no credential type ${JSON.stringify(name)}.`);
  return type;
};

/** What was filled in, complete and as its type wants it. Throws `request.invalid` with a pointer to every field that does not fit. */
export const checkData = (typeName: string, written: unknown): CredentialData => {
  const parsed = typeOf(typeName).fields.safeParse(written, IN_WORDS);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.flatMap((issue) => {
    const at = (...path: readonly PropertyKey[]) =>
      ['data', ...path].map((segment) => `/${escapePointer(String(segment))}`).join('');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: at(...issue.path, key), message: `is no field of ${typeName}` }))
      : [{ pointer: at(...issue.path), message: issue.message }];
  });
  throw new AppError(
    'request.invalid',
    `The data are none of a credential of type ${typeName}; see errors.`,
    {
      errors,
    },
  );
};

/** Where it may be sent when nobody says so. Throws `request.invalid` when nothing it holds is an address. */
export const defaultHosts = (typeName: string, data: CredentialData): readonly string[] => {
  const hosts = typeOf(typeName).hosts(data);
  if (hosts.length > 0) return hosts;
  throw new AppError('request.invalid', 'Say where the credential may be sent.', {
    errors: [{ pointer: '/allowedHosts', message: 'is needed, as no address in the data tells a host' }],
  });
};

/** What may be shown of it, and the names of what may not. */
export const splitData = (typeName: string, data: CredentialData) => {
  const isSecret = credentialTypes.get(typeName)?.isSecret ?? (() => true);
  const entries = Object.entries(data);
  return {
    data: Object.fromEntries(entries.filter(([name]) => !isSecret(name))),
    secrets: entries.map(([name]) => name).filter(isSecret),
  };
};
