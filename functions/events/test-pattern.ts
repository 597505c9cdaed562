import { parsePattern } from '../../engine/events/pattern.ts';
import { testPattern as contract } from '../../shared/contracts/events.ts';
import { envelopeOf } from '../../shared/events/envelope.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { eventOf } from './event-of.ts';

export const testPattern = defineHandler(contract, async ({ body, caller, platform }) => {
  const result = parsePattern(body.pattern);
  if ('problem' in result) return { body: { matches: false, problem: result.problem } };
  const envelope = envelopeOf(
    eventOf(body.event, {
      id: platform.random.id(),
      now: new Date(platform.clock.now()).toISOString(),
      ownerId: caller.userId,
      hops: 0,
    }),
  );
  return { body: { matches: result.pattern.matches(envelope), problem: null } };
});
