import { describe, expect, it } from 'vitest';
import { aFile, answerWith, runTemplate } from '../template-world.ts';

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

it('the CSV import writes good rows and mails the others', async () => {
  const csv = 'sku,name,price\nA,Tea,5\n,Nothing,7\nB,Cups,0\n';
  const { sql, mails } = await runTemplate('csv-import', {
    http: { 'GET files.example.com/products.csv': () => answerWith(csv, 'text/csv') },
  });
  expect(sql.map(({ values }) => values)).toEqual([['A', 'Tea', 5]]);
  expect(mails).toMatchObject([{ subject: '2 rows were not imported' }]);
  expect(mails[0]?.text).toContain('"name":"Cups"');
});

it('a file in S3 is summed up beside itself', async () => {
  const { aws } = await runTemplate('s3-file-processing', {
    aws: {
      GetObject: () => aFile('product,amount\ntea,5\ncups,1\ntea,2\n'),
      PutObject: () => ({ ETag: '"1"' }),
    },
  });
  expect(aws[0]?.input).toMatchObject({ Bucket: 'sales', Key: '2026/march.csv' });
  const { Bucket, Key, Body } = aws[1]?.input ?? {};
  expect([Bucket, Key]).toEqual(['sales', '2026/march.json']);
  expect(JSON.parse(String(Body))).toEqual([
    { product: 'tea', rows: 2, amount: 7 },
    { product: 'cups', rows: 1, amount: 1 },
  ]);
});

it('the backup keeps every page as lines, by date', async () => {
  const page = Array.from({ length: 100 }, (_, id) => ({ id }));
  const pages = [page, [{ id: 100 }]];
  const { aws } = await runTemplate('backup-to-s3', {
    http: { 'GET api.example.com/records': () => pages.shift() ?? [] },
    aws: { PutObject: () => ({ ETag: '"1"' }) },
  });
  expect(aws[0]?.input).toMatchObject({ Bucket: 'backups', Key: 'records/2026-01-05.jsonl' });
  expect(String(aws[0]?.input.Body).trim().split('\n')).toHaveLength(101);
});

it('the GraphQL query is kept under our own names', async () => {
  const { output, sentTo } = await runTemplate('graphql-to-table', {
    http: { 'POST api.example.com/graphql': { data: { products: [{ sku: 'A', name: 'Tea', stock: 5 }] } } },
  });
  expect(sentTo('POST api.example.com/graphql')).toMatchObject([{ variables: { least: 1 } }]);
  expect(output).toMatchObject([{ key: 'A', value: { id: 'A', name: 'Tea', available: 5 } }]);
});

describe('the form', () => {
  it('is stored, confirmed and answered', async () => {
    const { sql, mails, answered } = await runTemplate('form-to-database');
    expect(sql[0]?.values).toEqual(['Ada', 'ada@example.com', 'Hello!']);
    expect(mails).toMatchObject([{ to: 'ada@example.com' }]);
    expect(answered).toEqual({ status: 201, body: { stored: true } });
  });

  it('is refused when it is not filled in', async () => {
    const { sql, answered } = await runTemplate('form-to-database', {
      input: [{ body: { name: 'A', email: 'x' } }],
    });
    expect(sql).toEqual([]);
    expect(answered?.status).toBe(400);
  });
});

it('two systems are compared', async () => {
  const { mails } = await runTemplate('compare-systems', {
    http: {
      'GET shop.example.com/customers': [
        { email: 'a@x', name: 'A' },
        { email: 'b@x', name: 'B' },
      ],
      'GET crm.example.com/customers': [
        { email: 'b@x', name: 'Bob' },
        { email: 'c@x', name: 'C' },
      ],
    },
  });
  expect(mails).toMatchObject([{ subject: '3 customers to put right' }]);
  expect(mails[0]?.text).toMatch(
    /^a@x is missing in the CRM\nc@x is missing in the shop\n.*"Bob".* differs$/,
  );
});

it('items of DynamoDB go out as a file with a link', async () => {
  const { aws, mails } = await runTemplate('dynamodb-export', {
    aws: {
      Query: () => ({ Items: [{ day: '2026-02-01', calls: 5 }] }),
      PutObject: () => ({ ETag: '"1"' }),
    },
  });
  expect(aws[0]?.input).toMatchObject({
    TableName: 'usage',
    ExpressionAttributeValues: { ':customer': 'c-7' },
  });
  expect(String(aws[1]?.input.Body)).toMatch(/^day,calls\r?\n2026-02-01,5/);
  expect(mails[0]?.text).toContain('https://signed.example.com/exports/usage/2026-01-05.csv');
});

it('files of S3 are packed', async () => {
  const { aws } = await runTemplate('zip-archive', {
    aws: {
      ListObjectsV2: () => ({
        Contents: [
          { Key: 'web/a.log', Size: 1 },
          { Key: 'web/b.log', Size: 1 },
        ],
      }),
      GetObject: () => aFile('line\n'),
      PutObject: () => ({ ETag: '"1"' }),
    },
  });
  const put = aws.at(-1)?.input;
  expect(put).toMatchObject({
    Bucket: 'archives',
    Key: 'web/2026-01-05.zip',
    ContentType: 'application/zip',
  });
  expect(String(put?.Body)).toMatch(/^PK[\s\S]*a\.log[\s\S]*b\.log/);
});
