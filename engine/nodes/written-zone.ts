import { isZoneName, NO_ZONE } from '../cron/zone.ts';
import type { Json } from '../item.ts';

/** What can be said of a node's time zone before it runs; one that an expression gives is looked at when it has. */
export const zoneProblems = (written: Json | undefined): { pointer: string; message: string }[] =>
  typeof written !== 'string' || written.includes('{{') || isZoneName(written)
    ? []
    : [{ pointer: '/timezone', message: `${NO_ZONE}; ${JSON.stringify(written)} came` }];
