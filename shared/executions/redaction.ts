import type { Item, Json } from '../../engine/item.ts';
import type { ExecutionRecord } from '../store/execution-record.ts';
import type { Stores } from '../store/stores.ts';
import { definitionOf } from './own-definition.ts';

/** Hides in an item what its workflow has marked. */
export type Redaction = (item: Item) => Item;

export const REDACTED = '[redacted]';

/**
 * The marks of the version that ran and of the newest one, so that a mark made later hides what is there already. A field
 * marked at one node is hidden under its path everywhere in the log and in the output: items carry it on.
 */
export const redactionOf = async (stores: Stores, record: ExecutionRecord): Promise<Redaction> => {
  const [own, newest] = await Promise.all([definitionOf(stores, record), newestOf(stores, record)]);
  const nodes = [...(own?.nodes ?? []), ...(newest?.nodes ?? [])];
  const paths = [...new Set(nodes.flatMap(({ redact = [] }) => redact))].map((path) => path.split('.'));
  return paths.length === 0 ? (item) => item : (item) => hide(item, paths);
};

const newestOf = async (
  { workflows, workflowVersions }: Stores,
  { workflowId, version }: ExecutionRecord,
) => {
  const workflow = await workflows.get(workflowId);
  if (!workflow || workflow.version === version) return null;
  return (await workflowVersions.get(workflowId, workflow.version))?.definition ?? null;
};

const hide = (item: Item, paths: readonly (readonly string[])[]): Item => {
  let json: Json = item.json;
  for (const path of paths) json = hidePath(json, path);
  return json === item.json ? item : { ...item, json: json as Item['json'] };
};

/** `*` stands for every field or entry. Lists on the way are gone through. What is not there stays so. */
const hidePath = (value: Json, [head, ...rest]: readonly string[]): Json => {
  if (head === undefined) return REDACTED;
  if (Array.isArray(value)) {
    const into = head === '*' ? rest : [head, ...rest];
    return value.map((each: Json) =>
      typeof each === 'object' || head === '*' ? hidePath(each, into) : each,
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const hidden = Object.keys(value).filter((key) => head === '*' || key === head);
  if (hidden.length === 0) return value;
  const fields = Object.entries(value).map(([key, each]): [string, Json] => [
    key,
    hidden.includes(key) ? hidePath(each, rest) : each,
  ]);
  return Object.fromEntries(fields);
};
