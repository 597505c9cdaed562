import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../engine/item.ts';
import { runNode } from './run-node.ts';

const respond = (parameters: JsonObject, ...given: JsonObject[]) =>
  runNode({ type: 'flow.respond', parameters, given });

describe('flow.respond', () => {
  it('answers with status, headers and an evaluated body, and hands its items on', async () => {
    const parameters = {
      status: 201,
      headers: { Location: '/orders/{{ $json.id }}' },
      body: { id: '{{ $json.id }}' },
    };
    const { response, outputs, pairing } = await respond(parameters, { id: 7 }, { id: 8 });
    expect(response).toEqual({
      status: 201,
      headers: { location: '/orders/7' },
      body: { kind: 'json', value: { id: 7 } },
    });
    expect(outputs.main).toEqual([{ id: 7 }, { id: 8 }]);
    expect(pairing).toEqual({ main: 'same' });
  });

  it.each<[string, JsonObject, unknown]>([
    ['without a body, the first item', {}, { kind: 'json', value: { id: 7 } }],
    ['text as text', { body: 'Order {{ $json.id }}' }, { kind: 'text', value: 'Order 7' }],
    ['nothing', { noBody: true, body: 'x' }, { kind: 'text', value: '' }],
    [
      'null, and not the item, where the expression gives nothing',
      { body: '{{ $json.no }}' },
      { kind: 'json', value: null },
    ],
  ])('sends %s', async (_, parameters, body) => {
    const { response } = await respond(parameters, { id: 7 });
    expect(response?.body).toEqual(body);
  });

  it.each([
    ['a cookie', { 'set-cookie': 'a=b' }],
    ['two headers in one', { 'x-a': '{{ $json.text }}' }],
  ])('refuses %s', async (_, headers) => {
    const { error, response } = await respond({ headers }, { text: 'a\r\nset-cookie: b' });
    expect(error?.code).toBe('node.invalidParameters');
    expect(response).toBeUndefined();
  });
});
