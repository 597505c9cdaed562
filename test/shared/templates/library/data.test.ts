import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { answerWith } from '../peers/web.ts';
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
  const { rows, error } = await runTemplate('data-sync', {
    database: `CREATE TABLE customers (id int PRIMARY KEY, name text, email text);
      INSERT INTO customers VALUES (2, 'Before', 'c@x'), (3, 'C', 'd@x')`,
    http: {
      'GET api.example.com/customers': () => {
        const answer = pages[page];
        page = 'second';
        return answer as never;
      },
    },
  });
  expect(error).toBeUndefined();
  expect(await rows('SELECT * FROM customers ORDER BY id')).toEqual([
    { id: 1, name: 'A', email: 'b@x' },
    { id: 2, name: 'B', email: 'c@x' },
    { id: 3, name: 'C', email: 'd@x' },
  ]);
});

describe('the CSV import', () => {
  const database = 'CREATE TABLE products (sku text PRIMARY KEY, name text NOT NULL, price numeric(10, 2))';
  const read = (csv: string, before = '') =>
    runTemplate('csv-import', {
      http: { 'GET files.example.com/products.csv': () => answerWith(csv, 'text/csv') },
      database: `${database}; ${before}`,
    });

  it('writes good rows and mails the others', async () => {
    const { rows, mails } = await read('sku,name,price\nA,Tea,5.50\n,Nothing,7\nB,Cups,0\n');
    expect(await rows('SELECT * FROM products')).toEqual([{ sku: 'A', name: 'Tea', price: '5.50' }]);
    expect(mails).toMatchObject([{ to: 'data@example.com', subject: '2 rows were not imported' }]);
    expect(mails[0]?.text).toContain('"name":"Cups"');
  });

  it('renews what is there, all rows or none', async () => {
    const before = "INSERT INTO products VALUES ('A', 'Coffee', 9)";
    const good = await read('sku,name,price\nA,Tea,5\n', before);
    expect(await good.rows('SELECT * FROM products')).toEqual([{ sku: 'A', name: 'Tea', price: '5.00' }]);
    const bad = await read('sku,name,price\nA,Tea,5\nB,Cups,1e12\n', before);
    expect(bad.error?.message).toMatch(/numeric field overflow/);
    expect(await bad.rows('SELECT * FROM products')).toEqual([{ sku: 'A', name: 'Coffee', price: '9.00' }]);
  });
});

it('a file in S3 is summed up beside itself', async () => {
  const { aws } = await runTemplate('s3-file-processing', {
    aws: { buckets: { sales: { '2026/march.csv': 'product,amount\ntea,5\ncups,1\ntea,2\n' } } },
  });
  expect(aws.keys('sales')).toEqual(['2026/march.csv', '2026/march.json']);
  const { bytes, contentType } = aws.object('sales', '2026/march.json') ?? {};
  expect(contentType).toBe('application/json');
  expect(JSON.parse(String(bytes))).toEqual([
    { product: 'tea', rows: 2, amount: 7 },
    { product: 'cups', rows: 1, amount: 1 },
  ]);
});

it('the backup keeps every page as lines, by date', async () => {
  const page = Array.from({ length: 100 }, (_, id) => ({ id }));
  const pages = [page, [{ id: 100 }]];
  const { aws } = await runTemplate('backup-to-s3', {
    http: { 'GET api.example.com/records': () => pages.shift() ?? [] },
    aws: { buckets: { backups: {} } },
  });
  expect(aws.keys('backups')).toEqual(['records/2026-01-05.jsonl']);
  const lines = String(aws.object('backups', 'records/2026-01-05.jsonl')?.bytes).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([...page, { id: 100 }]);
});

it('the GraphQL query is kept under our own names', async () => {
  const { output, sentTo } = await runTemplate('graphql-to-table', {
    http: { 'POST api.example.com/graphql': { data: { products: [{ sku: 'A', name: 'Tea', stock: 5 }] } } },
  });
  expect(sentTo('POST api.example.com/graphql')).toMatchObject([{ variables: { least: 1 } }]);
  expect(output).toMatchObject([{ key: 'A', value: { id: 'A', name: 'Tea', available: 5 } }]);
});

describe('the form', () => {
  const database =
    'CREATE TABLE contacts (id int GENERATED ALWAYS AS IDENTITY, name text, email text, message text)';
  const contacts = 'SELECT name, email, message FROM contacts';

  it.each(['smtp', 'aws'])('is stored, confirmed by way of %s, and answered', async (confirm) => {
    const credentials = { confirm };
    const { rows, mails, answered } = await runTemplate('form-to-database', { database, credentials });
    expect(await rows(contacts)).toEqual([{ name: 'Ada', email: 'ada@example.com', message: 'Hello!' }]);
    expect(mails).toMatchObject([
      {
        from: 'team@example.com',
        to: 'ada@example.com',
        subject: 'We have got your message',
        text: 'Hello Ada, we will write to you soon.',
      },
    ]);
    expect(answered).toEqual({ status: 201, body: { stored: true } });
  });

  it('is stored without a message, too', async () => {
    const input = [{ body: { name: 'Ada', email: 'ada@example.com' } }];
    const { rows } = await runTemplate('form-to-database', { database, input });
    expect(await rows(contacts)).toEqual([{ name: 'Ada', email: 'ada@example.com', message: null }]);
  });

  it('is refused when it is not filled in', async () => {
    const { rows, mails, answered } = await runTemplate('form-to-database', {
      database,
      input: [{ body: { name: 'A', email: 'x' } }],
    });
    expect(await rows(contacts)).toEqual([]);
    expect(mails).toEqual([]);
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
  const items = [
    { customer: 'c-7', day: '2026-02-01', calls: 5 },
    { customer: 'c-7', day: '2026-02-02', calls: 7 },
    { customer: 'c-8', day: '2026-02-01', calls: 9 },
  ];
  const { aws, mails } = await runTemplate('dynamodb-export', {
    aws: { tables: { usage: { key: ['customer', 'day'], items } }, buckets: { exports: {} } },
  });
  expect(aws.keys('exports')).toEqual(['usage/2026-01-05.csv']);
  const [link = ''] = /http\S+/.exec(mails[0]?.text ?? '') ?? [];
  expect(new URL(link).searchParams.get('X-Amz-Expires')).toBe('604800');
  const [head = '', ...lines] = (await (await fetch(link)).text()).trim().split(/\r?\n/);
  const columns = head.split(',');
  const read = lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, at) => [columns[at], cell])),
  );
  expect(read).toEqual([
    { customer: 'c-7', day: '2026-02-01', calls: '5' },
    { customer: 'c-7', day: '2026-02-02', calls: '7' },
  ]);
});

it('files of S3 are packed', async () => {
  const logs = { 'web/a.log': 'one\n', 'web/b.log': 'two\n', 'mail/c.log': 'three\n' };
  const { aws } = await runTemplate('zip-archive', { aws: { buckets: { logs, archives: {} } } });
  const { bytes, contentType } = aws.object('archives', 'web/2026-01-05.zip') ?? {};
  expect(contentType).toBe('application/zip');
  const packed = Object.entries(unzipSync(new Uint8Array(bytes ?? [])));
  expect(packed.map(([name, file]) => [name, Buffer.from(file).toString()])).toEqual([
    ['a.log', 'one\n'],
    ['b.log', 'two\n'],
  ]);
});
