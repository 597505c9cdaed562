import { expect, it } from 'vitest';
import { runTemplate } from '../template-world.ts';

it('the data sync reads every page and writes each customer once', async () => {
  const pages: Record<string, object> = {
    first: { data: [{ id: 1, name: 'A', email: 'a@x' }], next: 'second' },
    second: {
      data: [
        { id: 1, name: 'A', email: 'b@x' },
        { id: 2, name: 'B', email: 'c@x' },
      ],
      next: null,
    },
  };
  let page = 'first';
  const { sql, error } = await runTemplate('data-sync', {
    http: {
      'GET api.example.com/customers': () => {
        const answer = pages[page];
        page = 'second';
        return answer as never;
      },
    },
  });
  expect(error).toBeUndefined();
  expect(sql.map(({ values }) => values)).toEqual([
    [1, 'A', 'b@x'],
    [2, 'B', 'c@x'],
  ]);
  expect(sql[0]?.text).toMatch(/ON CONFLICT \(id\)/);
});
