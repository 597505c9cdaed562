import { beforeAll, describe, expect, it } from 'vitest';
import { allHandlers } from '../../functions/router.ts';
import { ROUTES } from '../../shared/contracts/api.ts';
import { BASE_PATH } from '../../shared/contracts/paths.ts';
import { type JsonSchema, SchemaBook } from '../../shared/contracts/schema-book.ts';
import type { Platform } from '../../shared/platform.ts';
import { chain, manual } from '../functions/definitions.ts';
import { aWorkbench, type Workbench } from '../functions/workbench.ts';
import { aClient } from '../http/client.ts';
import { type Account, accountOf } from '../http/test-platform.ts';
import { OWNED } from './matrix-rows.ts';

/** Ids that do not stand in the path but in a body or a query (AC-01): what is foreign is answered like what is not there. */

interface Named {
  readonly resource: keyof typeof OWNED;
  readonly body?: (id: string) => object;
  readonly query?: (id: string) => string;
  /** What says whether it was found, where the answer is the same otherwise. */
  readonly told?: (body: { problems: readonly { message: string }[] }) => unknown;
}

const inQuery = (name: string, resource: string): Named => ({ resource, query: (id) => `${name}=${id}` });
const withDefinition = (more: object): object => ({ name: 'A', definition: { ...chain(manual), ...more } });
const messages: Named['told'] = ({ problems }) => problems.map(({ message }) => message);

/** By the route and the name of the field. A new field that names something of people's: a line here. */
const NAMED: Readonly<Record<string, Named>> = {
  'listCredentials ownerId': inQuery('ownerId', 'userId'),
  'listVariables workflowId': inQuery('workflowId', 'workflowId'),
  'listVariables ownerId': inQuery('ownerId', 'userId'),
  'createVariable workflowId': {
    resource: 'workflowId',
    body: (workflowId) => ({ name: 'rate', value: 'x', workflowId }),
  },
  'listWorkflows ownerId': inQuery('ownerId', 'userId'),
  'createWorkflow credentialId': {
    resource: 'credentialId',
    body: (credentialId) => ({
      name: 'A',
      definition: chain(manual, {
        id: 'call',
        name: 'Call',
        type: 'http.request',
        credentialId,
        parameters: { url: 'https://a.example/' },
      }),
    }),
    told: messages,
  },
  'createWorkflow errorWorkflowId': {
    resource: 'workflowId',
    body: (errorWorkflowId) => withDefinition({ settings: { errorWorkflowId } }),
    told: messages,
  },
  'listWebhooks workflowId': inQuery('workflowId', 'workflowId'),
  'createWebhook workflowId': {
    resource: 'workflowId',
    body: (workflowId) => ({ workflowId, nodeId: 'hook' }),
  },
  'listSchedules workflowId': inQuery('workflowId', 'workflowId'),
  'createSchedule workflowId': {
    resource: 'workflowId',
    body: (workflowId) => ({ workflowId, nodeId: 'clock', cronExpression: '0 9 * * *' }),
  },
  'listExecutions workflowId': inQuery('workflowId', 'workflowId'),
  'listExecutions ownerId': inQuery('ownerId', 'userId'),
  'bulkExecutions workflowId': {
    resource: 'workflowId',
    body: (workflowId) => ({ action: 'cancel', filter: { workflowId } }),
  },
  'bulkExecutions ids': { resource: 'executionId', body: (id) => ({ action: 'cancel', ids: [id] }) },
  'getStats workflowId': inQuery('workflowId', 'workflowId'),
  'getStats ownerId': inQuery('ownerId', 'userId'),
  'createSuggestion workflowId': {
    resource: 'workflowId',
    body: (workflowId) => ({ prompt: 'Post new orders to Slack', workflowId }),
  },
  'listSuggestions ownerId': inQuery('ownerId', 'userId'),
  'explainExecution executionId': { resource: 'executionId', body: (executionId) => ({ executionId }) },
};

/** Checked as the same definition elsewhere, or what is nobody's: nodes of a definition, models for all. */
const ELSEWHERE = [/^(save|test)Workflow /, / (nodeId|triggerNodeId|modelId)$/];

const namesIn = (schema: JsonSchema): readonly string[] => [
  ...Object.entries(schema.properties ?? {}).flatMap(([name, within]) => [
    ...(/(Id|Ids|^ids)$/.test(name) ? [name] : []),
    ...namesIn(within as JsonSchema),
  ]),
  ...[schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].flatMap(
    (within) => (typeof within === 'object' && !Array.isArray(within) ? namesIn(within as JsonSchema) : []),
  ),
];

let bench: Workbench;
let platform: Platform;
let send: ReturnType<typeof aClient>;
beforeAll(async () => {
  bench = await aWorkbench();
  platform = bench.platform;
  send = aClient(allHandlers, platform);
});

const MISSING = '_01h455vb4pex5vsknk084sn02q';

describe('ids in bodies and queries', () => {
  it('AC-01 have a line each', () => {
    const book = new SchemaBook();
    const found = ROUTES.filter(({ access }) => access.who === 'user').flatMap(({ id, body, query }) =>
      [body, query].flatMap((schema) =>
        schema ? namesIn(book.inline(schema)).map((name) => `${id} ${name}`) : [],
      ),
    );
    const open = [...new Set(found)].filter((name) => !ELSEWHERE.some((pattern) => pattern.test(name)));
    expect(open.toSorted()).toEqual(Object.keys(NAMED).toSorted());
  });

  it.each(Object.entries(NAMED))(
    'AC-01 %s: what is foreign is as if it were not there',
    async (name, row) => {
      const route = ROUTES.find(({ id }) => id === name.split(' ')[0]);
      if (!route) throw new Error(`There is no route ${name}.`);
      const call = async (id: string, { token }: Account) => {
        const { status, body } = await send({
          method: route.method,
          path: `${BASE_PATH}${route.path}`,
          query: row.query?.(id) ?? '',
          token,
          ...(row.body ? { body: row.body(id) } : {}),
        });
        const told = row.told && status < 400 ? row.told(body) : body;
        return { status, told: JSON.parse(JSON.stringify(told).replaceAll(id, 'X')) };
      };
      const [owner, stranger] = [
        await accountOf(platform, 'user', `owner-${name.replaceAll(' ', '-')}`),
        await accountOf(platform, 'user', `stranger-${name.replaceAll(' ', '-')}`),
      ];
      const own =
        row.resource === 'userId' ? owner.id : ((await OWNED[row.resource]?.(platform, owner)) ?? '');

      const foreign = await call(own, stranger);
      expect(foreign).toEqual(await call(own.replace(/_.*/, MISSING), stranger));
      expect(await call(own, owner)).not.toEqual(foreign);
    },
  );
});
