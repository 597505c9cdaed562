import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildInstance } from '../../infra/local/child-instance.ts';
import { type ApiClient, signIn } from '../e2e/api-client.ts';

export interface PublishedHook {
  readonly admin: ApiClient;
  readonly workflowId: string;
  /** Path of the address. */
  readonly path: string;
}

/** Webhook → set → if → respond. */
export const ORDER_INTAKE: object = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../examples/order-intake.json'), 'utf8'),
);

/** Creates and publishes a workflow that one webhook starts. */
export const publishHook = async (instance: ChildInstance, workflow: object): Promise<PublishedHook> => {
  const admin = await signIn(instance);
  const created = await admin.call('POST', '/workflows', workflow);
  const published = await admin.call('POST', `/workflows/${created.body.id}/publish`, {});
  const url = published.body?.webhooks?.[0]?.url;
  if (!url) throw new Error(`Not published: ${JSON.stringify([created.body, published.body])}`);
  return { admin, workflowId: created.body.id, path: new URL(url).pathname };
};

/** How many executions of a workflow are on record, and how many of these have not completed. */
export const countRecorded = async ({
  admin,
  workflowId,
}: PublishedHook): Promise<{ total: number; unfinished: number }> => {
  const ids = new Set<string>();
  let unfinished = 0;
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { body } = await admin.call('GET', `/executions?workflowId=${workflowId}&limit=100${after}`);
    for (const { id, status } of body.data) {
      ids.add(id);
      if (status !== 'completed') unfinished += 1;
    }
    cursor = body.nextCursor;
  } while (cursor !== null);
  return { total: ids.size, unfinished };
};
