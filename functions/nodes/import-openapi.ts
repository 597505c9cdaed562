import type { JsonObject } from '../../engine/item.ts';
import { addNode } from '../../shared/catalogue/add-node.ts';
import { typeOf } from '../../shared/catalogue/custom-types.ts';
import { nodesOfOpenApi } from '../../shared/catalogue/openapi-nodes.ts';
import { importNodes } from '../../shared/contracts/nodes.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { summaryOf } from './summary.ts';

export const importOpenApi = defineHandler(importNodes, async ({ body, platform }) => {
  const { document, ...options } = body;
  const found = convert(await documentOf(document), options);
  const nodes = [];
  const skipped = [...found.skipped];
  for (const declared of found.nodes) {
    try {
      const { record, created } = await addNode(platform.stores, declared);
      nodes.push({ ...summaryOf(typeOf(record)), created });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'node.invalid') throw error;
      skipped.push({ operation: declared.type, reason: error.message });
    }
  }
  return { body: { nodes, skipped } };
});

/** YAML is a superset of JSON: one reader takes both. */
const documentOf = async (written: string | JsonObject): Promise<JsonObject> => {
  if (typeof written !== 'string') return written;
  const { parse } = await import('yaml');
  try {
    const read: unknown = parse(written);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return read as JsonObject;
  } catch (error) {
    throw notTaken(`The document is neither JSON nor YAML: ${(error as Error).message}`);
  }
  throw notTaken('The document is no object.');
};

const convert = (document: JsonObject, options: Parameters<typeof nodesOfOpenApi>[1]) => {
  if (!String(document.openapi ?? '').startsWith('3.'))
    throw notTaken(
      `Expected an OpenAPI 3 document; its "openapi" is ${JSON.stringify(document.openapi ?? null)}.`,
    );
  try {
    return nodesOfOpenApi(document, options);
  } catch (error) {
    if (error instanceof RangeError) throw notTaken(error.message);
    throw error;
  }
};

const notTaken = (message: string) =>
  new AppError('request.invalid', message, { errors: [{ pointer: '/document', message }] });
