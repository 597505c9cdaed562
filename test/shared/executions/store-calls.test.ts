import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CALLERS, SHAPES } from './execution-shapes.ts';
import { aFaultyWorld, type FaultyWorld } from './faulty-world.ts';

let world: FaultyWorld;
beforeAll(async () => {
  world = await aFaultyWorld();
});
afterAll(() => world.stop());

/** The second of its workflow: the plan is known by then. */
const callsOf = async (world: FaultyWorld, shape: string, how: 'begin' | 'acceptFirst'): Promise<string> => {
  const another = await world.publish({ ...SHAPES, ...CALLERS }[shape]);
  await world[how](another());
  return (await world[how](another())).calls.join(' ');
};

/** A call more here is a call more for each execution of its kind, for ever: be sure that it is worth it. */
describe('the store is asked, for an execution with a waiting caller,', () => {
  it.each([
    ['computes', 'PutItem'],
    ['answers', 'PutItem'],
    ['fails', 'PutItem'],
    ['reads', 'PutItem'],
    // The row with the start of the call; then a look whether somebody has cancelled, the end, the row closed.
    ['writes', 'PutItem Query PutItem UpdateItem'],
  ])('that %s: %s', async (shape, calls) => {
    expect(await callsOf(world, shape, 'begin')).toBe(calls);
  });
});

describe('the store is asked, for an execution that is accepted first,', () => {
  it.each([
    ['answers', 'PutItem Query PutItem UpdateItem'],
    // What takes time looks for a cancellation once more.
    ['reads', 'PutItem Query Query PutItem UpdateItem'],
    ['writes', 'PutItem Query PutItem UpdateItem Query PutItem UpdateItem'],
    ['waits', 'PutItem Query PutItem UpdateItem Query Query PutItem UpdateItem'],
  ])('that %s: %s', async (shape, calls) => {
    expect(await callsOf(world, shape, 'acceptFirst')).toBe(calls);
  });
});

describe('the store is asked, for an execution with a waiting caller and a child,', () => {
  it.each([
    // What is called; the child, row and end in one; the parent.
    ['calls what computes, and answers', 'GetItem PutItem PutItem'],
    ['calls what reads, and answers', 'GetItem PutItem PutItem'],
    ['calls what fails', 'GetItem PutItem PutItem'],
    // The parent is on disk before its child acts; then their ends.
    [
      'calls what writes, and answers',
      'GetItem PutItem PutItem Query PutItem UpdateItem Query PutItem UpdateItem',
    ],
  ])('that %s: %s', async (shape, calls) => {
    expect(await callsOf(world, shape, 'begin')).toBe(calls);
  });

  it('seventeen times where the child has slices of its own', async () => {
    const elsewhere = await aFaultyWorld({ runsChildren: false });
    const another = await elsewhere.publish(CALLERS['calls what computes, and answers']);
    await elsewhere.begin(another());
    const { calls } = await elsewhere.begin(another());
    await elsewhere.stop();
    expect(calls.join(' ')).toBe(
      'GetItem PutItem PutItem PutItem UpdateItem Query Query Query Query PutItem PutItem UpdateItem Query Query Query PutItem UpdateItem',
    );
  });
});
