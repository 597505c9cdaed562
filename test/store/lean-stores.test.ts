import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLeanStores } from '../../shared/store/lean-stores.ts';
import type { Stores } from '../../shared/store/stores.ts';
import { aDefinition, aUser, aWorkflow, HARD_TEXT } from './store-builders.ts';
import { type TestStores, testStores } from './test-database.ts';

let database: TestStores;
let lean: Stores;
beforeAll(async () => {
  database = await testStores();
  lean = makeLeanStores(database.connection);
});
afterAll(() => database.stop());

describe('stores that are loaded when they are needed', () => {
  it('read a version as the store of versions has written it', async () => {
    const workflow = await aWorkflow(database.stores);

    expect(await lean.workflowVersions.get(workflow.id, 1)).toEqual({
      id: expect.stringMatching(/^wfv_/),
      workflowId: workflow.id,
      version: 1,
      definition: aDefinition(),
      createdAt: expect.any(String),
      createdBy: workflow.createdBy,
      notes: null,
    });
    expect(await lean.workflowVersions.get(workflow.id, 2)).toBeNull();
  });

  it('read a definition that was too large for a row', async () => {
    const large = aDefinition(HARD_TEXT.repeat(10_000));
    const owner = await aUser(database.stores);
    const workflow = await database.stores.workflows.createWithVersion(
      { name: 'Large', createdBy: owner.id },
      large,
    );

    expect((await lean.workflowVersions.get(workflow.id, 1))?.definition).toEqual(large);
  });

  it('answer as the others do', async () => {
    const owner = await aUser(database.stores);

    expect(await lean.users.getByUsername(owner.username)).toEqual(owner);
    expect(await lean.workflowVersions.list({ workflowId: 'wf_none', limit: 5, caller: 'x' })).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  it('are all there', () => {
    expect(Object.keys(lean).sort()).toEqual(Object.keys(database.stores).sort());
  });
});
