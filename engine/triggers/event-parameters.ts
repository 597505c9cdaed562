import { z } from 'zod';

/** What every trigger has that is started by events. */
export const eventParameters = z.strictObject({
  pattern: z
    .record(z.string(), z.json())
    .default({ source: [{ prefix: '' }] })
    .meta({
      title: 'Pattern',
      description:
        'A pattern of EventBridge over `source`, `detail-type`, `detail` and the other fields of an event. Events of your own, and those an admin shares, are held against it.',
      examples: [
        { source: ['shop'], 'detail-type': ['order.placed'], detail: { total: [{ numeric: ['>', 100] }] } },
      ],
    }),
});
