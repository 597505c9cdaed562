import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stores } from '../../shared/store/stores.ts';
import { aUser, aWorkflow, HARD_TEXT } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';

let world: TestStores;
let userId: string;
let workflowId: string;
beforeAll(async () => {
  world = await testStores();
  const workflow = await aWorkflow(world.stores);
  workflowId = workflow.id;
  userId = workflow.createdBy;
});
afterAll(() => world.stop());

const page = { limit: 50, caller: 'me' };

/** The tables whose rows have no life of their own in other tests: how one is made, and every way to find it. */
interface Table {
  readonly make: (stores: Stores) => Promise<{ id: string; revision: number }>;
  readonly store: (stores: Stores) => {
    get(id: string): Promise<unknown>;
    update(id: string, changes: never): Promise<{ revision: number }>;
    remove(id: string): Promise<void>;
  };
  readonly change: object;
  readonly found: Readonly<Record<string, (stores: Stores) => Promise<{ data: readonly { id: string }[] }>>>;
  /** Removing it again is no error: several may be at it. */
  readonly mayBeGone?: true;
  /** Ways that do not find it. */
  readonly missed: Readonly<Record<string, (stores: Stores) => Promise<{ data: readonly { id: string }[] }>>>;
}

const TABLES: Readonly<Record<string, Table>> = {
  credentials: {
    make: ({ credentials }) =>
      credentials.create({
        name: HARD_TEXT,
        type: 'basic',
        data: 'sealed',
        createdBy: userId,
        allowedHosts: ['api.example.com'],
      }),
    store: ({ credentials }) => credentials,
    change: { name: 'renamed' },
    found: {
      'by owner': ({ credentials }) => credentials.listByOwner({ createdBy: userId, ...page }),
      'by type': ({ credentials }) => credentials.listByType({ createdBy: userId, type: 'basic', ...page }),
    },
    missed: {
      'by another type': ({ credentials }) =>
        credentials.listByType({ createdBy: userId, type: 'bas', ...page }),
      'by another owner': ({ credentials }) => credentials.listByOwner({ createdBy: 'usr_x', ...page }),
    },
  },
  variables: {
    make: ({ variables }) =>
      variables.create({
        name: 'limit',
        value: '€5',
        type: 'string',
        scope: 'workflow',
        workflowId,
        createdBy: userId,
      }),
    store: ({ variables }) => variables,
    change: { value: null },
    found: {
      'by scope': ({ variables }) => variables.listByScope({ createdBy: userId, scope: 'workflow', ...page }),
      'by workflow': ({ variables }) => variables.listByWorkflow({ workflowId, ...page }),
      'by name': async ({ variables }) => ({
        data: [await variables.getByName(workflowId, 'limit')].filter((row) => row !== null),
      }),
    },
    missed: {
      'by the other scope': ({ variables }) =>
        variables.listByScope({ createdBy: userId, scope: 'global', ...page }),
    },
  },
  schedules: {
    make: ({ workflows }) =>
      workflows.addSchedule(workflowId, async () => ({
        workflowId,
        nodeId: 'clock',
        cronExpression: '0 9 * * 1',
        timezone: 'Europe/Berlin',
        createdBy: userId,
        version: 1,
      })),
    store: ({ schedules }) => schedules,
    mayBeGone: true,
    change: { lastExecution: '2026-01-12T08:00:00.000Z' },
    found: {
      'by workflow': ({ schedules }) => schedules.listByWorkflow({ workflowId, ...page }),
      'when due': ({ schedules }) => schedules.listDue({ until: '9999', ...page }),
      'by owner': ({ schedules }) => schedules.listByOwner({ createdBy: userId, ...page }),
    },
    missed: {
      'before it is due': ({ schedules }) => schedules.listDue({ until: '2000', ...page }),
    },
  },
  nodes: {
    make: ({ nodes }) =>
      nodes.create({
        version: 1,
        declaration: '{}',
        name: HARD_TEXT,
        type: 'custom.crm',
        description: null,
        category: 'Sales',
        icon: null,
        isCore: false,
        isAi: false,
        schema: '{}',
      }),
    store: ({ nodes }) => nodes,
    change: { category: 'Sales', description: 'new' },
    found: {
      'in all': ({ nodes }) => nodes.list(page),
      'by category': ({ nodes }) => nodes.listByCategory({ category: 'Sales', ...page }),
    },
    missed: { 'by another category': ({ nodes }) => nodes.listByCategory({ category: 'sales', ...page }) },
  },
  nodeCategories: {
    make: ({ nodeCategories }) =>
      nodeCategories.create({
        name: 'Sales',
        description: null,
        icon: null,
        color: '#00aa88',
        displayOrder: 12,
      }),
    store: ({ nodeCategories }) => nodeCategories,
    change: { displayOrder: 3 },
    found: { 'in all': ({ nodeCategories }) => nodeCategories.list(page) },
    missed: {},
  },
  aiModels: {
    make: ({ aiModels }) =>
      aiModels.create({
        createdBy: userId,
        name: 'Small',
        provider: 'bedrock',
        modelId: 'vendor.small-v1:0',
        type: 'llm',
        description: null,
        isActive: true,
        configuration: '{"temperature":0}',
      }),
    store: ({ aiModels }) => aiModels,
    change: { isActive: false },
    found: {
      'in all': ({ aiModels }) => aiModels.list(page),
      'by provider': ({ aiModels }) => aiModels.listByProvider({ provider: 'bedrock', ...page }),
      'by model': ({ aiModels }) =>
        aiModels.listByProvider({ provider: 'bedrock', modelId: 'vendor.small-v1:0', ...page }),
    },
    missed: {
      'by another model': ({ aiModels }) =>
        aiModels.listByProvider({ provider: 'bedrock', modelId: 'vendor.small', ...page }),
    },
  },
  templates: {
    make: ({ templates }) =>
      templates.create({
        name: HARD_TEXT,
        description: null,
        category: 'Orders',
        definition: '{}',
        requirements: null,
        isFeatured: true,
        tags: ['日本', 'mail'],
      }),
    store: ({ templates }) => templates,
    change: { isFeatured: false },
    found: {
      'in all': ({ templates }) => templates.list(page),
      'by category': ({ templates }) => templates.listByCategory({ category: 'Orders', ...page }),
      'by tag': ({ templates }) => templates.listByTag({ tag: '日本', ...page }),
    },
    missed: { 'by another tag': ({ templates }) => templates.listByTag({ tag: 'ma', ...page }) },
  },
  aiSuggestions: {
    make: ({ aiSuggestions }) =>
      aiSuggestions.create({
        userId,
        prompt: HARD_TEXT,
        suggestion: '{"nodes":[]}',
        isPending: true,
        isApplied: false,
        appliedAt: null,
        feedback: null,
      }),
    store: ({ aiSuggestions }) => aiSuggestions,
    change: { feedback: 'positive', isApplied: true },
    found: {
      'by user': ({ aiSuggestions }) => aiSuggestions.listByUser({ userId, ...page }),
      'among those that are pending': ({ aiSuggestions }) => aiSuggestions.listPending(page),
    },
    missed: {
      'by another user': ({ aiSuggestions }) => aiSuggestions.listByUser({ userId: 'usr_x', ...page }),
    },
  },
};

describe.each(Object.entries(TABLES))('%s', (_name, table) => {
  it('are made, found in every way, changed and removed', async () => {
    const { stores } = world;
    const rows = table.store(stores);
    const made = await table.make(stores);
    expect(await rows.get(made.id)).toEqual(made);
    for (const [way, find] of Object.entries(table.found))
      expect(
        (await find(stores)).data.map(({ id }) => id),
        way,
      ).toEqual([made.id]);
    for (const [way, find] of Object.entries(table.missed))
      expect((await find(stores)).data, way).toEqual([]);

    const changed = await rows.update(made.id, table.change as never);
    expect(await rows.get(made.id)).toEqual(changed);
    expect(changed).toMatchObject({ ...made, ...table.change, updatedAt: expect.any(String), revision: 2 });

    await rows.remove(made.id);
    expect(await rows.get(made.id)).toBeNull();
    if (!table.mayBeGone)
      await expect(rows.remove(made.id)).rejects.toMatchObject({ code: 'resource.notFound' });
    await expect(rows.update(made.id, table.change as never)).rejects.toMatchObject({
      code: 'resource.notFound',
    });
  });
});

describe('a row without the value of a sparse index', () => {
  it('is made, is left out of that index, comes in and leaves again', async () => {
    const { nodes, templates, schedules, variables, workflows } = world.stores;
    const node = {
      name: 'n',
      type: 't',
      description: null,
      icon: null,
      isCore: false,
      isAi: false,
      schema: null,
      version: 1,
      declaration: '{}',
    };
    const template = {
      name: 'n',
      description: null,
      definition: '{}',
      requirements: null,
      isFeatured: false,
      tags: [],
    };
    const plan = {
      workflowId,
      nodeId: 'clock',
      cronExpression: '* * * * *',
      timezone: 'UTC',
      createdBy: userId,
      version: 1,
      endsAt: '2000-01-01T00:00:00.000Z',
    };
    const made = await nodes.create({ ...node, category: null });
    expect(await nodes.get(made.id)).toEqual(made);
    expect((await templates.create({ ...template, category: null })).category).toBeNull();
    expect(
      await variables.create({
        name: 'g',
        value: '1',
        type: 'number',
        scope: 'global',
        workflowId: null,
        createdBy: userId,
      }),
    ).toMatchObject({ workflowId: null });
    const due = async () => (await schedules.listDue({ until: '2027', ...page })).data.map(({ id }) => id);

    const { id } = await workflows.addSchedule(workflowId, async () => plan);
    expect(await due()).toEqual([]);
    await schedules.update(id, { nextExecution: '2026-01-01T00:00:00.000Z' });
    expect(await due()).toEqual([id]);
    await schedules.update(id, { isActive: false });
    expect(await due()).toEqual([]);
  });
});

describe('a list', () => {
  it('of one user does not show what a similar id owns', async () => {
    const other = await aUser(world.stores);
    const input = { name: 'n', type: 't', data: 'd', allowedHosts: [] };
    await world.stores.credentials.create({ ...input, createdBy: other.id });

    expect(
      (await world.stores.credentials.listByOwner({ createdBy: other.id.slice(0, -1), ...page })).data,
    ).toEqual([]);
  });
});
