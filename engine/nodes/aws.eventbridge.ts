import { z } from 'zod';
import { NodeError } from '../errors.ts';
import { answerJson, defineAwsNode, missing, textOf } from './aws-node.ts';

interface Entry {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

export const awsEventbridge = defineAwsNode({
  type: 'aws.eventbridge',
  name: 'Amazon EventBridge',
  description: 'Puts an event on a bus. Needs the permission events:PutEvents.',
  icon: 'calendar-bolt',
  service: 'events',
  shape: {
    bus: z.string().max(1_600).default('default').meta({ title: 'Bus', description: 'Its name or ARN.' }),
    source: z
      .string()
      .max(256)
      .default('')
      .meta({
        title: 'Source',
        description: 'Who tells it: what rules look for first.',
        examples: ['shop.orders'],
      }),
    detailType: z
      .string()
      .max(128)
      .default('')
      .meta({ title: 'Detail type', description: 'What has happened.', examples: ['Order placed'] }),
    detail: z
      .json()
      .optional()
      .meta({
        title: 'Detail',
        description: 'An object; the item’s JSON when left out.',
        examples: [{ id: '{{ $json.id }}' }],
      }),
    resources: z
      .array(z.string().max(2_048))
      .max(100)
      .default([])
      .meta({ title: 'Resources', description: 'ARNs.' }),
  },
  effect: () => 'write',
  check: (written) => missing(written, 'source', 'detailType'),
  example: {
    parameters: { source: 'shop.orders', detailType: 'Order placed', detail: { id: '{{ $json.id }}' } },
    input: [{ json: { id: 7 } }],
    output: { main: [{ json: { EventId: '11710aed-b79e-4468-a20b-bb3c0c3b4860' } }] },
  },
  perform: async ({ bus, source, detailType, detail, resources }, { send, item }) => {
    const { Entries } = await send('PutEvents', {
      Entries: [
        {
          EventBusName: bus,
          Source: source,
          DetailType: detailType,
          Detail: textOf(detail ?? item.json),
          Resources: resources,
        },
      ],
    });
    const [entry = {}] = (Entries ?? []) as readonly Entry[];
    // The call as a whole succeeds where an event of it was refused.
    if (entry.ErrorCode !== undefined)
      throw new NodeError(
        'aws.failed',
        `EventBridge took no event: ${entry.ErrorCode}: ${entry.ErrorMessage ?? ''}`,
        {
          retryable: /Internal|Throttl/.test(entry.ErrorCode),
        },
      );
    return [{ json: answerJson({ ...entry }) }];
  },
});
