import { describe, expect, it } from 'vitest';
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

it.each(['trigger.manual', 'trigger.webhook'])('%s has no input', (type) => {
  expect(nodeTypes.get(type)?.inputs({})).toEqual([]);
});
