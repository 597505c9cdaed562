import { z } from 'zod';
import type { Item, JsonObject } from '../item.ts';
import { type AwsWork, answerJson, defineAwsNode, missing } from './aws-node.ts';

const EFFECTS = { get: 'read', query: 'read', put: 'write', update: 'write', delete: 'write' } as const;
type OperationName = keyof typeof EFFECTS;

const MOST_ITEMS = 10_000;
const ITEMS_AT_ONCE = 500;
const json = z.record(z.string(), z.json());

const shape = {
  operation: z
    .enum(Object.keys(EFFECTS) as [OperationName, ...OperationName[]])
    .default('get')
    .meta({
      title: 'Operation',
      description:
        'What is done with the table. Needs the permissions dynamodb:GetItem, Query, PutItem, UpdateItem or DeleteItem.',
    }),
  table: z.string().max(1_024).default('').meta({ title: 'Table', description: 'Its name or ARN.' }),
  key: json.optional().meta({
    title: 'Key',
    description: 'Of one item: partition key and, if there is one, sort key.',
    examples: [{ id: '{{ $json.id }}' }],
  }),
  item: json.optional().meta({
    title: 'Item',
    description: 'To put; the workflow’s item when left out.',
    examples: [{ id: '{{ $json.id }}', total: '{{ $json.total }}' }],
  }),
  index: z
    .string()
    .max(255)
    .optional()
    .meta({ title: 'Index', description: 'That a query reads.', examples: ['byCustomer'] }),
  keyCondition: z
    .string()
    .max(4_096)
    .optional()
    .meta({
      title: 'Key condition',
      description: 'Which items a query reads; an expression of DynamoDB.',
      examples: ['#pk = :customer AND begins_with(#sk, :year)'],
    }),
  filter: z
    .string()
    .max(4_096)
    .optional()
    .meta({
      title: 'Filter',
      description: 'Leaves out what a query has read and it is not true for; an expression of DynamoDB.',
      examples: ['#status = :open'],
    }),
  update: z
    .string()
    .max(4_096)
    .optional()
    .meta({
      title: 'Update',
      description: 'What is changed of an item; an expression of DynamoDB.',
      examples: ['SET #count = #count + :one'],
    }),
  condition: z
    .string()
    .max(4_096)
    .optional()
    .meta({
      title: 'Condition',
      description: 'Under which put, update and delete act; the node fails otherwise.',
      examples: ['attribute_not_exists(#pk)'],
    }),
  names: z
    .record(z.string(), z.string())
    .optional()
    .meta({
      title: 'Names',
      description: 'What # stands for in the expressions: names of attributes.',
      examples: [{ '#pk': 'id' }],
    }),
  values: json.optional().meta({
    title: 'Values',
    description: 'What : stands for in the expressions: values.',
    examples: [{ ':one': 1 }],
  }),
  limit: z
    .int()
    .min(1)
    .max(MOST_ITEMS)
    .default(100)
    .meta({ title: 'Limit', description: 'Items a query gives at the most.' }),
  descending: z
    .boolean()
    .default(false)
    .meta({ title: 'Descending', description: 'A query begins with the largest sort key.' }),
  consistent: z.boolean().default(false).meta({
    title: 'Consistent read',
    description: 'Sees every write that was answered before; not for global indexes.',
  }),
};

type Given = z.output<z.ZodObject<typeof shape>>;

const expressions = ({ names, values }: Given) => ({
  ...(names && { ExpressionAttributeNames: names }),
  ...(values && { ExpressionAttributeValues: values }),
});

const one = (found: unknown): readonly Item[] => (found ? [{ json: answerJson(found as JsonObject) }] : []);

const OPERATIONS: Readonly<Record<OperationName, (given: Given, work: AwsWork) => Promise<readonly Item[]>>> =
  {
    get: async ({ table, key, consistent }, { send }) =>
      one((await send('Get', { TableName: table, Key: key, ConsistentRead: consistent })).Item),
    query: async (given, { send }) => {
      const items: Item[] = [];
      let start: unknown;
      do {
        const page = await send('Query', {
          TableName: given.table,
          IndexName: given.index,
          KeyConditionExpression: given.keyCondition,
          FilterExpression: given.filter,
          ...expressions(given),
          ScanIndexForward: !given.descending,
          ConsistentRead: given.consistent,
          // With a filter DynamoDB counts what it reads, not what it gives.
          Limit:
            given.filter === undefined ? Math.min(given.limit - items.length, ITEMS_AT_ONCE) : ITEMS_AT_ONCE,
          ExclusiveStartKey: start,
        });
        items.push(...((page.Items ?? []) as readonly JsonObject[]).flatMap(one));
        start = page.LastEvaluatedKey;
      } while (start && items.length < given.limit);
      return items.slice(0, given.limit);
    },
    put: async (given, { send, item }) => {
      const written = given.item ?? item.json;
      await send('Put', {
        TableName: given.table,
        Item: written,
        ConditionExpression: given.condition,
        ...expressions(given),
      });
      return [{ json: written }];
    },
    update: async (given, { send }) => {
      const { Attributes } = await send('Update', {
        TableName: given.table,
        Key: given.key,
        UpdateExpression: given.update,
        ConditionExpression: given.condition,
        ...expressions(given),
        ReturnValues: 'ALL_NEW',
      });
      return one(Attributes);
    },
    delete: async (given, { send }) => {
      const { Attributes } = await send('Delete', {
        TableName: given.table,
        Key: given.key,
        ConditionExpression: given.condition,
        ...expressions(given),
        ReturnValues: 'ALL_OLD',
      });
      return [
        {
          json: {
            deleted: Attributes !== undefined,
            item: Attributes ? answerJson(Attributes as JsonObject) : null,
          },
        },
      ];
    },
  };

const NEEDS: Readonly<Record<string, readonly string[]>> = {
  get: ['key'],
  query: ['keyCondition'],
  put: [],
  update: ['key', 'update'],
  delete: ['key'],
};

export const awsDynamodb = defineAwsNode({
  type: 'aws.dynamodb',
  name: 'Amazon DynamoDB',
  description: 'Gets, puts, queries, updates and deletes items of a table.',
  icon: 'database',
  service: 'dynamodb',
  shape,
  effect: ({ operation }) => EFFECTS[operation],
  check: (written) => missing(written, 'table', ...(NEEDS[String(written.operation ?? 'get')] ?? [])),
  example: {
    parameters: { operation: 'get', table: 'customers', key: { id: '{{ $json.customer }}' } },
    input: [{ json: { customer: 'c-7' } }],
    output: { main: [{ json: { id: 'c-7', name: 'Café Zoë' } }] },
  },
  perform: (given, work) => OPERATIONS[given.operation](given, work),
});
