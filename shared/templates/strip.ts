import type { Definition } from '../../engine/definition.ts';
import type { NodeType } from '../../engine/index.ts';
import type { Json } from '../../engine/item.ts';
import type { NeededCredential, NeededValue, Template } from './template.ts';

type Stripped = Pick<Template, 'definition' | 'credentials' | 'values'>;

/** Names of fields whose text is a secret when it is written out. */
const SECRET_NAME =
  /^(?:.*[-_])?(?:authorization|cookie|api-?_?key|(?:access|auth|bearer|refresh)?-?_?token|(?:client)?-?_?secret|password|passwd|passphrase|private-?_?key|signing-?_?key)$/i;
/** What gives a secret away wherever it stands: who signs in, and the addresses of webhooks that are secrets themselves. */
const SECRET_TEXT =
  /\b(?:Bearer|Basic) (?!\{\{)[\w.~+/=-]{8,}|https?:\/\/[^\s/@{}]+:[^\s/@{}]+@|hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const SECRET_QUERY =
  /([?&](?:[^=&\s]*[-_])?(?:api-?_?key|key|token|access_token|secret|password|sig|signature)=)(?!\{\{)[^&\s]+/gi;
const WORKFLOW_ID = /\bwf_[0-9a-z]{26}\b/;

/** What of a workflow may be everybody’s: nothing of its owner’s data, credentials, secrets or other workflows. */
export const stripped = (
  definition: Definition,
  typeOf: (type: string) => Pick<NodeType, 'credentialTypes'> | undefined,
): Stripped => {
  const credentials: NeededCredential[] = [];
  const values: NeededValue[] = [];
  const nodes = definition.nodes.map(({ credentialId, pinnedItems: _items, ...node }) => {
    if (credentialId !== undefined)
      credentials.push({
        nodeId: node.id,
        types: typeOf(node.type)?.credentialTypes ?? [],
        purpose: `For “${node.name}”.`,
      });
    const parameters = clean(node.parameters, node.id, (path, purpose) =>
      values.push({ path, purpose: `${purpose} “${node.name}”.` }),
    );
    return { ...node, parameters: parameters as Definition['nodes'][number]['parameters'] };
  });
  const settings = { ...definition.settings, errorWorkflowId: null };
  return { definition: { ...definition, nodes, settings }, credentials, values };
};

type Note = (path: string, purpose: string) => void;

/** A value without secrets; `note` is told of each that is missing now. */
const clean = (value: Json, path: string, note: Note, isSecret = false): Json => {
  if (typeof value === 'string') return cleanText(value, path, note, isSecret);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value))
    return value.map((each, index) => clean(each, `${path}.${index}`, note, isSecret));
  // A field of a form, or one that is set: `{ name: 'token', value: '…' }`.
  const fields: readonly (readonly [string, Json])[] = Object.entries(value);
  const named = fields.some(
    ([key, each]) => key === 'name' && typeof each === 'string' && SECRET_NAME.test(each),
  );
  return Object.fromEntries(
    fields.map(([key, each]) => {
      const at = `${path}.${key}`;
      if (key === 'credentialId' && typeof each === 'string' && each !== '') {
        note(at, 'A credential of yours, for');
        return [key, ''];
      }
      return [key, clean(each, at, note, SECRET_NAME.test(key) || (named && key === 'value'))];
    }),
  );
};

const cleanText = (text: string, path: string, note: Note, isSecret: boolean): string => {
  if (WORKFLOW_ID.test(text)) {
    note(path, 'A workflow of yours, for');
    return '';
  }
  if (SECRET_TEXT.test(text) || (isSecret && text !== '' && !text.includes('{{'))) {
    note(path, 'A secret that was left out, of');
    return '';
  }
  const shorter = text.replaceAll(SECRET_QUERY, '$1');
  if (shorter !== text) note(path, 'A secret in it was left out, of');
  return shorter;
};
