import { createHmac } from 'node:crypto';
import { aWorkbench, silentHttp, type Workbench } from '../workbench.ts';

type Node = Record<string, unknown>;

export interface Published {
  readonly id: string;
  readonly url: string;
  readonly webhook: { readonly id: string; readonly url: string; readonly token: string | null };
  readonly webhooks: readonly { readonly id: string; readonly url: string; readonly method: string }[];
}

/** The workbench, with a way to publish a workflow that one webhook starts and that answers with what it was sent. */
export const aHookWorld = async () => {
  const bench: Workbench = await aWorkbench(silentHttp);
  const publish = async (
    parameters: Record<string, unknown> = {},
    more: { readonly nodes: Node[]; readonly edges: Node[] } = { nodes: [], edges: [] },
    as = bench.owner,
  ): Promise<Published> => {
    const hook = {
      id: 'hook',
      name: 'Hook',
      type: 'trigger.webhook',
      parameters: { path: '', method: 'POST', respond: 'lastNode', ...parameters },
    };
    const definition = { nodes: [hook, ...more.nodes], edges: more.edges };
    const { body } = await as('POST', '/workflows', { name: 'Hooked', definition });
    const answer = await as('POST', `/workflows/${body.id}/publish`);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    const [webhook] = answer.body.webhooks;
    return { id: body.id, url: webhook.url, webhook, webhooks: answer.body.webhooks };
  };
  return {
    bench,
    publish,
    setSecret: async ({ webhook }: Published, secret: unknown) => {
      const answer = await bench.owner('PATCH', `/webhooks/${webhook.id}`, { secret });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    },
    executionsOf: async (id: string) => (await bench.owner('GET', `/executions?workflowId=${id}`)).body.data,
    deliveriesOf: async ({ webhook }: Published) =>
      (await bench.owner('GET', `/webhooks/${webhook.id}/deliveries`)).body.data,
  };
};

export const hmac = (
  secret: string | Buffer,
  text: string,
  encoding: 'hex' | 'base64' = 'hex',
  algorithm = 'sha256',
) => createHmac(algorithm, secret).update(text).digest(encoding);
