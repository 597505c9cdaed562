import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventBus } from '../../../shared/adapters/aws/event-bus.ts';
import { EVENT_SOURCE } from '../../../shared/adapters/names.ts';
import { type BridgeEvent, fromBridge } from '../../../shared/events/bridge-event.ts';
import type { PlatformEvent } from '../../../shared/events/event-bus.ts';
import { awsError } from './aws-error.ts';

const bridge = mockClient(EventBridgeClient);
beforeEach(() => bridge.reset());

const bus = eventBus(new EventBridgeClient({ region: 'eu-west-1' }), 'stepwell-main');
const anEvent = (id: string, text = ''): PlatformEvent => ({
  id,
  source: 'shop',
  detailType: 'order.placed',
  detail: { text },
  resources: [],
  time: '2026-03-01T12:00:00.000Z',
  ownerId: 'usr_1',
  shared: false,
  hops: 1,
});
const requests = () => bridge.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries ?? []);

describe('an event on its way to EventBridge', () => {
  it('is whole in the detail, under our name, and comes back as it was', async () => {
    bridge.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });

    await bus.put([anEvent('evt_1')]);

    const [[entry] = []] = requests();
    expect(entry).toEqual({
      EventBusName: 'stepwell-main',
      Source: EVENT_SOURCE,
      DetailType: 'stepwell.event',
      Time: new Date('2026-03-01T12:00:00Z'),
      Detail: JSON.stringify(anEvent('evt_1')),
    });
    const delivered = {
      source: entry?.Source,
      'detail-type': entry?.DetailType,
      detail: JSON.parse(entry?.Detail ?? ''),
    };
    expect(fromBridge(delivered as BridgeEvent, EVENT_SOURCE)).toEqual(anEvent('evt_1'));
  });

  it('goes with nine others at most, and no more than 256 KB together', async () => {
    bridge
      .on(PutEventsCommand)
      .callsFake(({ Entries }) => ({ Entries: Entries.map(() => ({ EventId: '1' })) }));

    await bus.put(Array.from({ length: 23 }, (_, index) => anEvent(`evt_${index}`)));
    expect(requests().map((entries) => entries.length)).toEqual([10, 10, 3]);
    bridge.resetHistory();

    await bus.put(['a', 'b', 'c'].map((id) => anEvent(id, 'x'.repeat(120_000))));
    expect(requests().map((entries) => entries.length)).toEqual([2, 1]);
  });

  it('that was not taken is put again, and only that', async () => {
    bridge
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }],
      })
      .resolves({ Entries: [{ EventId: '2' }] });

    await bus.put([anEvent('evt_1'), anEvent('evt_2')]);

    expect(requests().map((entries) => entries.map(({ Detail }) => JSON.parse(Detail ?? '').id))).toEqual([
      ['evt_1', 'evt_2'],
      ['evt_2'],
    ]);
  });

  it('that is never taken is an error: it can be tried again', async () => {
    bridge
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });

    await expect(bus.put([anEvent('evt_1')])).rejects.toMatchObject({
      code: 'service.unavailable',
      retryAfter: 1,
    });
  });

  it.each([
    ['ThrottlingException', { code: 'service.unavailable' }],
    ['InternalException', { code: 'service.unavailable' }],
    ['AccessDeniedException', { name: 'AccessDeniedException' }],
  ])('that EventBridge refuses with %s says so', async (name, expected) => {
    bridge.on(PutEventsCommand).rejects(awsError(name, name === 'AccessDeniedException' ? 400 : 500));

    await expect(bus.put([anEvent('evt_1')])).rejects.toMatchObject(expected);
  });
});
