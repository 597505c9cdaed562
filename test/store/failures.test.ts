import { randomBytes } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../shared/adapters/system.ts';
import { connect } from '../../shared/store/connection.ts';
import { makeStores } from '../../shared/store/stores.ts';

const refused = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** Stores on a database that nobody has started, with the sends that were tried. */
const unreachable = () => {
  const connection = connect({
    endpoint: 'http://127.0.0.1:9',
    table: 'stepwell',
    cursorKey: randomBytes(32),
    clock: systemClock,
    payloads: {} as never,
  });
  const sent = vi.spyOn(connection.document, 'send').mockImplementation(() => Promise.reject(refused()));
  return { stores: makeStores(connection), sent };
};

it.each(['a row', 'a list', 'a settings row'])(
  'a database that does not answer is asked again for %s, and then said to be unavailable',
  async (what) => {
    const { stores, sent } = unreachable();
    const reads: Readonly<Record<string, () => Promise<unknown>>> = {
      'a row': () => stores.users.get('usr_1'),
      'a list': () => stores.users.list({ limit: 10, caller: 'usr_1' }),
      'a settings row': () => stores.settings.isSetUp(),
    };

    await expect(reads[what]?.()).rejects.toMatchObject({ code: 'storage.unavailable', status: 503 });
    expect(sent.mock.calls.length).toBeGreaterThan(1);
  },
);
