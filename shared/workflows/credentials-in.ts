import type { DefinitionNode } from '../../engine/definition.ts';
import type { Json, JsonObject } from '../../engine/item.ts';
import { idSchema } from '../ids.ts';

const FIELD = 'credentialId';
/** Where a node names its own. */
export const OWN = `/${FIELD}`;
const id = idSchema('cred');

/** What takes the place of a credential; undefined: nothing does. `pointer` is where it stands in the node. */
type Change = (credential: string, pointer: string) => string | undefined;

/** A node with other credentials: its own one, and those in its parameters, as the tools of an agent have them. */
export const withCredentials = (
  { credentialId, parameters, ...node }: DefinitionNode,
  change: Change,
): DefinitionNode => {
  const own = credentialId === undefined ? undefined : change(credentialId, OWN);
  return {
    ...node,
    ...(own === undefined ? {} : { credentialId: own }),
    parameters: inside(parameters, '/parameters', change) as DefinitionNode['parameters'],
  };
};

/** The ids of the credentials that a node uses. */
export const credentialsIn = (node: DefinitionNode): readonly string[] => {
  const found = new Set<string>();
  withCredentials(node, (credential, pointer) => {
    if (isNamed(credential, pointer)) found.add(credential);
    return credential;
  });
  return [...found];
};

export const withoutCredentials = (node: DefinitionNode): DefinitionNode =>
  withCredentials(node, (credential, pointer) => (isNamed(credential, pointer) ? undefined : credential));

/** Data may have a field of that name, too: there only what looks like a credential is one. */
const isNamed = (credential: string, pointer: string): boolean =>
  pointer === OWN || id.safeParse(credential).success;

const inside = (value: Json, pointer: string, change: Change): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((each: Json, index) => inside(each, `${pointer}/${index}`, change));
  const entries = Object.entries(value as JsonObject).flatMap(([name, each]): [string, Json][] => {
    const at = `${pointer}/${name}`;
    if (name !== FIELD || typeof each !== 'string') return [[name, inside(each, at, change)]];
    const changed = change(each, at);
    return changed === undefined ? [] : [[name, changed]];
  });
  return Object.fromEntries(entries);
};
