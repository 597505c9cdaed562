import type { Json } from '../../../engine/item.ts';
import { type AwsService, json, refusal } from './service.ts';

/** Functions by name, each called with what it is sent. */
export type LambdaFunctions = Readonly<Record<string, (payload: Json) => Json>>;

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda: Invoke, waiting for the answer. */
export const lambda =
  (functions: LambdaFunctions): AwsService =>
  ({ path, body }) => {
    const name = INVOCATION.exec(path)?.[1];
    if (name === undefined) return undefined;
    const called = functions[decodeURIComponent(name)];
    if (!called) return refusal('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return json(called(JSON.parse(body.toString()) as Json));
  };
