import type { JsonObject } from '../../engine/item.ts';
import { inlined } from './openapi-references.ts';
import { listOf, objectOf, textOf } from './openapi-values.ts';

const OF_HTTP: ReadonlyMap<string, readonly string[]> = new Map([
  ['basic', ['basic']],
  ['bearer', ['bearer', 'oauth2AuthorizationCode', 'oauth2ClientCredentials']],
]);
const OF_FLOWS: ReadonlyMap<string, string> = new Map([
  ['authorizationCode', 'oauth2AuthorizationCode'],
  ['clientCredentials', 'oauth2ClientCredentials'],
]);

/** Which credentials authenticate as a security scheme says. A token that somebody has got elsewhere is a bearer. */
const credentialsFor = (scheme: JsonObject): readonly string[] => {
  switch (scheme.type) {
    case 'http':
      return OF_HTTP.get(textOf(scheme.scheme).toLowerCase()) ?? [];
    case 'apiKey':
      return scheme.in === 'cookie' ? [] : ['apiKey'];
    case 'oauth2':
      return ['bearer', ...Object.keys(objectOf(scheme.flows)).flatMap((flow) => OF_FLOWS.get(flow) ?? [])];
    case 'openIdConnect':
      return ['bearer', 'oauth2AuthorizationCode'];
    default:
      return [];
  }
};

/** The credential types that an operation takes, by the security schemes it names, or the whole document does. */
export const credentialTypesOf = (document: JsonObject, operation: JsonObject): readonly string[] => {
  const schemes = objectOf(objectOf(document.components).securitySchemes);
  const asked = listOf(operation.security ?? document.security).flatMap((each) =>
    Object.keys(objectOf(each)),
  );
  return [
    ...new Set(
      asked.flatMap((name) =>
        Object.hasOwn(schemes, name) ? credentialsFor(objectOf(inlined(document, schemes[name] ?? {}))) : [],
      ),
    ),
  ];
};
