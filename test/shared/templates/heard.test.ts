import { expect, it } from 'vitest';
import type { JournalEvent } from '../../../engine/interpreter/event.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition } from '../../engine/engine-world.ts';
import { type Heard, listenerOf, unheard } from './heard.ts';

const definition = aDefinition({ ask: { type: 'sql.query' }, mail: { type: 'email.send' } }, ['ask -> mail']);
const SILENCE: Heard = { web: 0, mail: 0, aws: 0, models: 0, database: 0 };
const succeeded = (nodeId: string, more: object = {}) =>
  ({ type: 'nodeSucceeded', nodeId, outputs: { main: [{ json: {} }] }, ...more }) as unknown as JournalEvent;

it('an answer that no server has given is found', () => {
  const events = [succeeded('ask'), succeeded('mail')];
  expect(unheard(definition, events, SILENCE)).toEqual(['ask', 'mail']);
  expect(unheard(definition, events, { ...SILENCE, database: 1 })).toEqual(['mail']);
  expect(unheard(definition, events, { ...SILENCE, database: 1, mail: 1 })).toEqual([]);
});

it('what gave nothing, or failed, was not answered', () => {
  const events = [succeeded('ask', { outputs: { main: [] } }), succeeded('mail', { error: { code: 'x' } })];
  expect(unheard(definition, events, SILENCE)).toEqual([]);
});

it('every node type that signs in somewhere, or asks a model, has its server', () => {
  const outward = [...nodeTypes.values()].filter(
    ({ credentialTypes, isAi }) => credentialTypes.length > 0 || isAi,
  );
  const types = outward.map(({ type }) => type);
  // Its credential is a key that never leaves.
  expect(types.filter((type) => listenerOf(type) === undefined)).toEqual(['data.crypto']);
});
