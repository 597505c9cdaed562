import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventBus } from '../../../shared/adapters/aws/event-bus.ts';
import type { PlatformEvent } from '../../../shared/events/event-bus.ts';

const bridge = mockClient(EventBridgeClient);
beforeEach(() => bridge.reset());
const bus = eventBus(new EventBridgeClient({ region: 'eu-west-1' }), 'stepwell-bus');

const anEvent = (id: string, text = ''): PlatformEvent => ({
  id,
  source: 'shop',
  detailType: 'order',
  detail: { text },
  resources: [],
  time: '2026-03-02T09:00:00.000Z',
  ownerId: 'usr_1',
  shared: false,
  hops: 1,
});
const sent = () => bridge.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries ?? []);

describe('events that are put on a bus', () => {
  it('are whole in the detail, with whose they are', async () => {
    bridge.on(PutEventsCommand).resolves({ Entries: [{ EventId: '1' }] });
    await bus.put([anEvent('a')]);

    expect(sent()).toEqual([
      [
        {
          EventBusName: 'stepwell-bus',
          Source: 'stepwell',
          DetailType: 'stepwell.event',
          Time: new Date('2026-03-02T09:00:00.000Z'),
          Detail: JSON.stringify(anEvent('a')),
        },
      ],
    ]);
  });

  it('go ten at a time, and no more than 256 KB', async () => {
    bridge.on(PutEventsCommand).resolves({ Entries: [] });
    await bus.put(Array.from({ length: 23 }, (_, n) => anEvent(String(n))));
    expect(sent().map((entries) => entries.length)).toEqual([10, 10, 3]);
    bridge.resetHistory();
    await bus.put(Array.from({ length: 3 }, (_, n) => anEvent(String(n), 'x'.repeat(100_000))));

    expect(sent().map((entries) => entries.length)).toEqual([2, 1]);
  });

  it('that were not taken are put again, and those only', async () => {
    bridge
      .on(PutEventsCommand)
      .resolvesOnce({ Entries: [{ EventId: '1' }, { ErrorCode: 'InternalFailure' }] })
      .resolves({ Entries: [{ EventId: '2' }] });
    await bus.put([anEvent('a'), anEvent('b')]);

    expect(sent().map((entries) => entries.map(({ Detail }) => JSON.parse(Detail ?? '').id))).toEqual([
      ['a', 'b'],
      ['b'],
    ]);
  });

  it('that are never taken are an error', async () => {
    bridge.on(PutEventsCommand).resolves({ Entries: [{ ErrorCode: 'ThrottlingException' }] });

    await expect(bus.put([anEvent('a')])).rejects.toMatchObject({ code: 'service.unavailable' });
  });
});
