import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../shared/store/cursor.ts';

const key = Buffer.alloc(32, 7);
const scope = { list: 'users', caller: 'usr_a', filters: { role: 'admin' } };
const cursor = writeCursor(key, scope, { at: 'here' });

describe('a cursor', () => {
  it('says where its list goes on, whatever the order of the filters', () => {
    expect(readCursor(key, scope, cursor)).toEqual({ at: 'here' });
    const filters = { a: 1, b: 2 };
    const other = writeCursor(key, { ...scope, filters }, { at: 'there' });
    expect(readCursor(key, { ...scope, filters: { b: 2, a: 1 } }, other)).toEqual({ at: 'there' });
  });

  it.each([
    ['another caller', key, { ...scope, caller: 'usr_b' }, cursor],
    ['another list', key, { ...scope, list: 'workflows' }, cursor],
    ['other filters', key, { ...scope, filters: {} }, cursor],
    ['another deployment', Buffer.alloc(32, 8), scope, cursor],
    [
      'another place',
      key,
      scope,
      `${Buffer.from('{"at":"there"}').toString('base64url')}.${cursor.split('.')[1]}`,
    ],
    ['no signature', key, scope, cursor.split('.')[0] ?? ''],
    ['nothing', key, scope, ''],
  ])('is of no use for %s', (_what, with_, asked, text) => {
    expect(() => readCursor(with_, asked, text)).toThrow(expect.objectContaining({ code: 'request.cursor' }));
  });
});
