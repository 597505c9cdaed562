import { putEvents } from '../../shared/contracts/events.ts';
import { AppError } from '../../shared/errors.ts';
import { hopsOf } from '../../shared/executions/accept.ts';
import { HOPS_HEADER } from '../../shared/executions/counted-http.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { eventOf } from './event-of.ts';
import { refuseLarge } from './size.ts';

export const put = defineHandler(putEvents, async ({ body, headers, caller, platform }) => {
  if (caller.role !== 'admin' && body.some(({ shared }) => shared)) {
    throw new AppError('auth.forbidden', 'Only admins send events that everybody may see.');
  }
  const hops = hopsOf(headers[HOPS_HEADER]);
  const now = new Date(platform.clock.now()).toISOString();
  const events = body.map((event) =>
    eventOf(event, { id: platform.random.id(), now, ownerId: caller.userId, hops }),
  );
  refuseLarge(events);
  await platform.events.put(events);
  return { body: { events: events.map(({ id, time }) => ({ id, time })) } };
});
