import { describe, expect, it } from 'vitest';
import type { Json } from '../../../engine/item.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { checkNode } from './run-node.ts';

const webhook = nodeTypes.get('trigger.webhook');

describe('trigger.webhook', () => {
  it('listens at its own URL, for POST, and answers at once unless told otherwise', () => {
    expect(webhook?.parameters.parse({})).toMatchObject({
      path: '',
      method: 'POST',
      respond: 'immediately',
      authentication: { kind: 'none' },
    });
  });

  it.each(['', 'orders', 'orders/:id', ':customer/orders/:id', 'v1.2/a-b'])('listens at %j', (path) => {
    expect(webhook?.parameters.safeParse({ path }).success).toBe(true);
    expect(checkNode('trigger.webhook', { path })).toEqual([]);
  });

  it.each(['/orders', 'a//b', 'orders/', ':', 'a?b', 'a#b', 'a b', ':1', '{{ $json.a }}'])(
    'refuses %j',
    (path) => {
      expect(webhook?.parameters.safeParse({ path }).success).toBe(false);
    },
  );

  it('refuses an expression, which nothing would evaluate', () => {
    expect(checkNode('trigger.webhook', { path: '{{a}}' })).toHaveLength(1);
  });

  it('refuses a parameter that appears twice', () => {
    expect(checkNode('trigger.webhook', { path: ':id/lines/:id' })).toHaveLength(1);
  });
});

describe('parameters of trigger.webhook', () => {
  it.each<readonly [string, Record<string, Json>, string]>([
    ['an expression where nothing is evaluated', { headers: { 'X-A': '{{ $json.a }}' } }, '/headers'],
    ['a filter that is no expression', { onlyIf: 'true' }, '/onlyIf'],
    ['a filter of what is not there yet', { onlyIf: '{{ $vars.a = 1 }}' }, '/onlyIf'],
    ['a filter of another node', { onlyIf: '{{ $node("Hook").json.a }}' }, '/onlyIf'],
    ['a repeat by something with blanks', { deduplicateBy: 'x y' }, '/deduplicateBy'],
    ['an address that is none', { allowedAddresses: ['10.0.0.0/8', '10.0.0.300'] }, '/allowedAddresses/1'],
    [
      'a signature without its header',
      { authentication: { kind: 'hmac', scheme: 'custom' } },
      '/authentication/header',
    ],
    [
      'a named scheme with a header',
      { authentication: { kind: 'hmac', scheme: 'github', header: 'x' } },
      '/authentication/header',
    ],
    [
      'a time that is not signed',
      { authentication: { kind: 'hmac', scheme: 'custom', header: 'x', timestampHeader: 'y' } },
      '/authentication/signedText',
    ],
    [
      'a signed time that does not come',
      { authentication: { kind: 'hmac', scheme: 'custom', header: 'x', signedText: '{timestamp}{body}' } },
      '/authentication/timestampHeader',
    ],
  ])('refuse %s', (_what, parameters, pointer) => {
    expect(checkNode('trigger.webhook', parameters).map((each) => each.pointer)).toEqual([pointer]);
  });

  it('take what goes together', () => {
    expect(
      checkNode('trigger.webhook', {
        method: ['GET', 'POST'],
        onlyIf: "{{ $json.body.action = 'opened' }}",
        deduplicateBy: 'x-github-delivery',
        allowedAddresses: ['10.0.0.0/8', '2001:db8::1'],
        authentication: { kind: 'hmac', scheme: 'github' },
      }),
    ).toEqual([]);
  });
});

describe('trigger.schedule', () => {
  it('refuses an end before its beginning, and an expression that comes twice', () => {
    const ends = { startsAt: '2026-03-02T00:00:00Z', endsAt: '2026-03-01T00:00:00Z' };

    expect(checkNode('trigger.schedule', ends)).toMatchObject([{ pointer: '/endsAt' }]);
    expect(checkNode('trigger.schedule', { cron: ['0 9 * * *', '0 9 * * *'] })).toMatchObject([
      { pointer: '/cron' },
    ]);
  });
});

it.each(['trigger.manual', 'trigger.webhook', 'trigger.schedule', 'trigger.event'])(
  '%s has no input',
  (type) => {
    expect(nodeTypes.get(type)?.inputs({})).toEqual([]);
  },
);
