import { describe, expect, it } from 'vitest';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { aDefinition, makeWorld, START } from '../engine-world.ts';
import { checkNode } from './run-node.ts';

const HOUR = 3_600_000;

const asking = (parameters: object, ports: readonly string[]) => {
  const definition = aDefinition(
    {
      start: { type: 'trigger.manual' },
      ask: { type: 'flow.approval', parameters: parameters as never },
      ...Object.fromEntries(ports.map((port) => [port, { type: 'flow.noop' }])),
    },
    ['start -> ask', ...ports.map((port) => `ask.${port} -> ${port}`)],
  );
  return { definition, world: makeWorld({ registry: nodeTypes }) };
};

describe('an approval', () => {
  it('hands out a link for each answer and one for the form', async () => {
    const { world, definition } = asking({ message: 'Pay {{ $json.n }}?' }, ['link']);
    await world.run(definition);
    const [link] = world.events().filter((event) => event.type === 'nodeWaiting');
    expect(link).toMatchObject({
      outputs: {
        link: [
          {
            json: {
              formUrl: 'https://hooks.test/resume/ask.0/',
              approveUrl: 'https://hooks.test/resume/ask.0/approve',
              rejectUrl: 'https://hooks.test/resume/ask.0/reject',
            },
          },
        ],
      },
      wait: { kind: 'approval', until: null, form: { message: 'Pay 0?', choices: ['approve', 'reject'] } },
    });
  });

  it.each([
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ])('answered "%s" leaves by "%s"', async (choice, port) => {
    const { world, definition } = asking({}, ['approved', 'rejected']);
    const data = { choice, fields: { a: 1 } };
    world.inbox.push({ kind: 'callback', waitId: 'ask.0', at: START, data });
    expect((await world.runToEnd(definition)).output).toEqual([{ n: 0, approval: data }]);
    expect(world.events().some((event) => 'nodeId' in event && event.nodeId === port)).toBe(true);
  });

  it('answered by neither fails', async () => {
    const { world, definition } = asking({}, []);
    world.inbox.push({ kind: 'callback', waitId: 'ask.0', at: START, data: 'yes' });
    expect((await world.runToEnd(definition)).error).toMatchObject({ code: 'approval.badAnswer' });
  });

  it.each([
    ['approve', { output: [{ n: 0, approval: { choice: 'approve', fields: {}, timedOut: true } }] }],
    ['reject', { output: [{ n: 0, approval: { choice: 'reject', fields: {}, timedOut: true } }] }],
    ['branch', { output: [{ n: 0 }] }],
    ['error', { error: { code: 'approval.timeout' } }],
  ])('that nobody answers in time goes by its policy "%s"', async (onTimeout, expected) => {
    const ports = ['approved', 'rejected', ...(onTimeout === 'branch' ? ['timeout'] : [])];
    const { world, definition } = asking({ timeout: { amount: 1, unit: 'hours' }, onTimeout }, ports);
    expect(await world.runToEnd(definition)).toMatchObject(expected);
    expect(world.clock.now()).toBe(START + HOUR);
  });

  it('refuses two fields of one name', () => {
    expect(checkNode('flow.approval', { fields: [{ name: 'a' }, { name: 'a' }] })).toEqual([
      { pointer: '/fields/1/name', message: 'is the name of another field, too' },
    ]);
  });
});
