import { describe, expect, it } from 'vitest';
import { type GroupCommitOptions, type GroupedWrite, groupCommits } from '../../infra/local/group-commit.ts';
import type { Post } from '../../infra/local/wire.ts';

type Reply = object | Error;

/** A database that answers from a list, and with success when that is empty. */
const aDatabase = (...replies: Reply[]) => {
  const asked: string[] = [];
  const post: Post = async (operation, body) => {
    asked.push(`${operation} ${namesIn(body)}`);
    await new Promise(setImmediate);
    const reply = replies.shift() ?? {};
    if (reply instanceof Error) throw reply;
    return reply;
  };
  return { asked, post };
};

const namesIn = (body: string): string =>
  [...body.matchAll(/"(Put|Update|Delete)":|"n":"(\w+)"/g)].map(([, kind, name]) => kind ?? name).join(' ');

const put = (name: string, item = name): GroupedWrite => ({ kind: 'Put', item, body: `{"n":"${name}"}` });

const cancelled = (...codes: string[]): Error =>
  Object.assign(new Error('cancelled'), {
    name: 'TransactionCanceledException',
    isRefusal: true,
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const conditionFailed = Object.assign(new Error('condition'), {
  name: 'ConditionalCheckFailedException',
  isRefusal: true,
});

const committing = (
  writes: readonly GroupedWrite[],
  replies: Reply[] = [],
  options: GroupCommitOptions = {},
) => {
  const database = aDatabase(...replies);
  const commit = groupCommits(database.post, options);
  return { ...database, settled: Promise.allSettled(writes.map(commit)) };
};

const fates = async (settled: Promise<PromiseSettledResult<object>[]>) =>
  (await settled).map((each) => (each.status === 'fulfilled' ? 'done' : each.reason.name));

describe('writes that come together', () => {
  it('are one transaction', async () => {
    const { asked, settled } = committing([put('a'), { ...put('b'), kind: 'Update' }, put('c')]);

    expect(await fates(settled)).toEqual(['done', 'done', 'done']);
    expect(asked).toEqual(['TransactWriteItems Put a Update b Put c']);
  });

  it('and one that comes alone is what it would be without groups', async () => {
    const { asked, settled } = committing([{ ...put('a'), kind: 'Delete' }], [{ answer: 1 }]);

    expect(await settled).toEqual([{ status: 'fulfilled', value: { answer: 1 } }]);
    expect(asked).toEqual(['DeleteItem a']);
  });

  it('while a commit is on its way go with the next one', async () => {
    const database = aDatabase();
    const commit = groupCommits(database.post);
    const first = commit(put('a'));
    await new Promise(setImmediate);

    await Promise.all([first, commit(put('b')), commit(put('c'))]);

    expect(database.asked).toEqual(['PutItem a', 'TransactWriteItems Put b Put c']);
  });

  it('are as many and as large as a transaction may be', async () => {
    const many = committing(
      ['a', 'b', 'c'].map((name) => put(name)),
      [],
      { maxWrites: 2 },
    );
    expect(await fates(many.settled)).toEqual(['done', 'done', 'done']);
    expect(many.asked).toEqual(['TransactWriteItems Put a Put b', 'PutItem c']);

    const large = committing(
      ['a', 'b'].map((name) => put(name)),
      [],
      { maxBytes: 10 },
    );
    expect(await fates(large.settled)).toEqual(['done', 'done']);
    expect(large.asked).toEqual(['PutItem a', 'PutItem b']);
  });

  it('to one item stay in order, in transactions of their own', async () => {
    const { asked, settled } = committing([put('a', 'x'), put('b', 'y'), put('c', 'x'), put('d', 'x')]);

    expect(await fates(settled)).toEqual(['done', 'done', 'done', 'done']);
    expect(asked).toEqual(['TransactWriteItems Put a Put b', 'PutItem c', 'PutItem d']);
  });
});

describe('a group that is refused', () => {
  it('is split: who failed gets the error of a single write, the others go again together', async () => {
    const { asked, settled } = committing(
      ['a', 'b', 'c'].map((name) => put(name)),
      [cancelled('None', 'ConditionalCheckFailed', 'None'), conditionFailed],
    );

    expect(await fates(settled)).toEqual(['done', 'ConditionalCheckFailedException', 'done']);
    expect(asked).toEqual([
      'TransactWriteItems Put a Put b Put c',
      'PutItem b',
      'TransactWriteItems Put a Put c',
    ]);
  });

  it('without saying for whose sake is written one by one', async () => {
    const invalid = Object.assign(new Error('too large'), { name: 'ValidationException', isRefusal: true });
    const { asked, settled } = committing([put('a'), put('b')], [invalid, invalid]);

    expect(await fates(settled)).toEqual(['ValidationException', 'done']);
    expect(asked).toEqual(['TransactWriteItems Put a Put b', 'PutItem a', 'PutItem b']);
  });

  it('by nobody knows whom is left to each to find out, and what came behind it still goes', async () => {
    const broken = Object.assign(new Error('broken'), { name: 'NetworkingError', isRefusal: false });
    const { asked, settled } = committing(
      ['a', 'b', 'c'].map((name) => put(name)),
      [broken],
      { maxWrites: 2 },
    );

    expect(await fates(settled)).toEqual(['NetworkingError', 'NetworkingError', 'done']);
    expect(asked).toEqual(['TransactWriteItems Put a Put b', 'PutItem c']);
  });
});
