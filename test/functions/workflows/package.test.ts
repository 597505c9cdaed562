import { beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../shared/ids.ts';
import { chain, manual, set, webhook } from '../definitions.ts';
import { aWorkbench, type Workbench } from '../workbench.ts';

let bench: Workbench;
beforeEach(async () => {
  bench = await aWorkbench();
});

const aCredential = async (owner: 'owner' | 'stranger', name = 'CRM'): Promise<string> => {
  const { stores } = bench.platform;
  const row = { name, type: 'bearer', data: 'sealed', allowedHosts: ['crm.example'] };
  return (await stores.credentials.create({ ...row, createdBy: bench.people[owner].id }, newId('cred'))).id;
};
const calling = (credentialId: string) => ({
  id: 'call',
  name: 'Call',
  type: 'http.request',
  credentialId,
  parameters: { method: 'POST', url: 'https://crm.example/', body: '{{ $vars.rate }}' },
  pinnedItems: [{ json: { private: 'data' } }],
});
const aWorkflow = async (definition: unknown, more: object = {}) =>
  (await bench.owner('POST', '/workflows', { name: 'Orders', tags: ['sales'], definition, ...more })).body;
const exported = async (id: string, query = '') =>
  (await bench.owner('GET', `/workflows/${id}/export${query}`)).body;
const imported = (body: object, who = bench.owner) => who('POST', '/workflows/import', body);

describe('an exported workflow', () => {
  it('names what it needs, and holds no id, no secret and no pinned data', async () => {
    const credentialId = await aCredential('owner');
    const { id } = await aWorkflow(chain(webhook(), calling(credentialId)));

    const file = await exported(id);

    expect(file).toMatchObject({
      format: 'stepwell.workflow',
      formatVersion: 1,
      name: 'Orders',
      tags: ['sales'],
      requirements: {
        nodeTypes: [
          { type: 'http.request', version: 1 },
          { type: 'trigger.webhook', version: 1 },
        ],
        credentials: [{ key: 'credential-1', type: 'bearer', name: 'CRM' }],
        variables: ['rate'],
        workflows: [],
      },
      definition: { nodes: [{ id: 'hook' }, { id: 'call', credentialId: 'credential-1' }] },
    });
    expect(JSON.stringify(file)).not.toContain(credentialId);
    expect(JSON.stringify(file)).not.toContain('private');
    expect(JSON.stringify(await exported(id, '?pinned=true'))).toContain('private');
  });

  it('is the same byte for byte however often it goes out and comes in', async () => {
    const { id } = await aWorkflow(
      chain(webhook({ path: 'orders/:id' }), calling(await aCredential('owner'))),
    );
    const file = await exported(id);

    const back = await imported({ package: file });

    expect(back.status).toBe(201);
    expect(JSON.stringify(await exported(back.body.id))).toBe(JSON.stringify(file));
    expect(JSON.stringify(await exported(id))).toBe(JSON.stringify(file));
  });

  it('of somebody else is theirs to export only if it is public, and then without what is private', async () => {
    const { id } = await aWorkflow(chain(manual, calling(await aCredential('owner'))));
    const path = `/workflows/${id}/export?pinned=true`;
    expect((await bench.stranger('GET', path)).status).toBe(404);
    await bench.owner('PATCH', `/workflows/${id}`, { isPublic: true });

    const { body } = await bench.stranger('GET', path);

    expect(body.requirements.credentials).toEqual([]);
    expect(JSON.stringify(body)).not.toMatch(/private|CRM/);
  });
});

describe('the credential of an agent’s tool', () => {
  const agentWith = (credentialId: string) => ({
    id: 'agent',
    name: 'Agent',
    type: 'ai.agent',
    parameters: {
      model: 'aim_01jd0000000000000000000000',
      prompt: '{{ $json.question }}',
      tools: [
        {
          kind: 'node',
          name: 'read',
          description: 'Reads.',
          type: 'http.request',
          parameters: { url: 'https://crm.example/', body: { value: { credentialId: 'data' } } },
          credentialId,
        },
      ],
    },
  });
  const toolOf = ({ definition }: { definition: { nodes: { parameters: { tools: object[] } }[] } }) =>
    definition.nodes[1]?.parameters.tools[0];
  const DATA = { parameters: { body: { value: { credentialId: 'data' } } } };

  it('is a key in a package, and somebody’s own when that comes in', async () => {
    const { id } = await aWorkflow(chain(manual, agentWith(await aCredential('owner'))));
    const file = await exported(id);
    expect(file.requirements.credentials).toEqual([{ key: 'credential-1', type: 'bearer', name: 'CRM' }]);
    expect(toolOf(file)).toMatchObject({ credentialId: 'credential-1', ...DATA });

    const without = await imported({ package: file }, bench.stranger);
    expect(toolOf(without.body)).not.toHaveProperty('credentialId');
    expect(toolOf(without.body)).toMatchObject(DATA);
    expect(without.body.problems).toContainEqual(
      expect.objectContaining({
        code: 'import.credentialMissing',
        pointer: '/nodes/1/parameters/tools/0/credentialId',
        nodeId: 'agent',
      }),
    );

    const own = await aCredential('stranger');
    const made = await imported({ package: file }, bench.stranger);
    expect(toolOf(made.body)).toMatchObject({ credentialId: own, ...DATA });
  });

  it('is nothing that others see of a public workflow', async () => {
    const credentialId = await aCredential('owner');
    const { id } = await aWorkflow(chain(manual, agentWith(credentialId)));
    await bench.owner('PATCH', `/workflows/${id}`, { isPublic: true });
    for (const path of [`/workflows/${id}`, `/workflows/${id}/versions/1`, `/workflows/${id}/export`]) {
      const { status, body } = await bench.stranger('GET', path);
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toContain(credentialId);
      expect(toolOf(body)).toMatchObject(DATA);
    }
  });
});

describe('importing', () => {
  const fileWith = async () => {
    const { id } = await aWorkflow(chain(manual, calling(await aCredential('owner'))));
    return exported(id);
  };

  it('takes the credential that is named, or the one of the same type and name', async () => {
    const file = await fileWith();
    const [other, same] = [await aCredential('stranger', 'Other'), await aCredential('stranger')];
    const credentialOf = (answer: { body: { definition: { nodes: { credentialId?: string }[] } } }) =>
      answer.body.definition.nodes[1]?.credentialId;

    expect(credentialOf(await imported({ package: file }, bench.stranger))).toBe(same);
    const chosen = { package: file, credentials: { 'credential-1': other }, name: 'Mine' };
    const made = await imported(chosen, bench.stranger);
    expect(credentialOf(made)).toBe(other);
    expect(made.body).toMatchObject({ name: 'Mine', createdBy: bench.people.stranger.id, isActive: false });
  });

  it('says which credentials and workflows are missing, and takes the workflow without them', async () => {
    const file = await fileWith();
    const gone = newId('wf');
    const needy = {
      ...file,
      requirements: { ...file.requirements, workflows: [gone] },
      definition: { ...file.definition, settings: { ...file.definition.settings, errorWorkflowId: gone } },
    };

    const made = await imported({ package: needy }, bench.stranger);

    expect(made.status).toBe(201);
    expect(made.body.problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          code: 'import.credentialMissing',
          pointer: '/nodes/1/credentialId',
          nodeId: 'call',
        }),
        expect.objectContaining({ code: 'import.workflowMissing' }),
      ]),
    );
    const { body: here } = await bench.stranger('POST', '/workflows', { name: 'Alarm' });
    const mapped = await imported({ package: needy, workflows: { [gone]: here.id } }, bench.stranger);
    expect(mapped.body.definition.settings.errorWorkflowId).toBe(here.id);
  });

  it('takes names as they are, whatever they mean elsewhere', async () => {
    const file = await fileWith();
    const gone = newId('wf');
    const odd = {
      ...file,
      requirements: {
        ...file.requirements,
        credentials: [{ key: 'constructor', type: 'bearer', name: 'None' }],
        workflows: [gone, 'constructor'],
      },
      definition: {
        ...file.definition,
        nodes: file.definition.nodes.map((node: { credentialId?: string }) =>
          node.credentialId === undefined ? node : { ...node, credentialId: 'constructor' },
        ),
        settings: { ...file.definition.settings, errorWorkflowId: gone },
      },
    };

    const { status, body } = await imported(
      { package: odd, workflows: { [gone]: 'a "quoted" \\ name' } },
      bench.stranger,
    );

    expect(status).toBe(201);
    expect(body.definition.settings.errorWorkflowId).toBe('a "quoted" \\ name');
    const codes = body.problems.map(({ code }: { code: string }) => code);
    expect(codes).toContain('import.credentialMissing');
    expect(codes).toContain('import.workflowMissing');
  });

  it('does not take a credential of somebody else', async () => {
    const foreign = await aCredential('stranger');
    const made = await imported({ package: await fileWith(), credentials: { 'credential-1': foreign } });
    const problem = made.body.problems.find(({ pointer }: { pointer: string }) =>
      pointer.endsWith('credentialId'),
    );
    expect(problem).toMatchObject({ severity: 'error' });
  });

  it.each([
    [{ format: 'n8n' }, '/package/format'],
    [{ formatVersion: 2 }, '/package/formatVersion'],
    [{ name: '' }, '/package/name'],
    [{ definition: { nodes: 1 } }, '/package/definition/nodes'],
    [{ extra: 1 }, '/package/extra'],
  ])('refuses %j', async (change, pointer) => {
    const refused = await imported({ package: { ...(await fileWith()), ...change } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(refused.body.errors.map((each: { pointer: string }) => each.pointer)).toContain(pointer);
  });

  it('refuses choices that the package does not ask for', async () => {
    const refused = await imported({ package: await fileWith(), credentials: { 'credential-9': 'cred_x' } });
    expect(refused.body.errors).toMatchObject([{ pointer: '/credentials/credential-9' }]);
  });
});

describe('duplicating', () => {
  it('copies all there is of one’s own workflow', async () => {
    const original = await aWorkflow(chain(manual, calling(await aCredential('owner'))), {
      description: 'D',
    });
    const copy = await bench.owner('POST', `/workflows/${original.id}/duplicate`);

    expect(copy).toMatchObject({
      status: 201,
      body: { name: 'Orders (copy)', description: 'D', tags: ['sales'], version: 1, isActive: false },
    });
    expect(copy.body.id).not.toBe(original.id);
    expect(copy.body.definition).toEqual(original.definition);
  });

  it('makes a public workflow one’s own, without credentials and pinned data', async () => {
    const { id } = await aWorkflow(chain(manual, calling(await aCredential('owner')), set({ a: '1' })));
    expect((await bench.stranger('POST', `/workflows/${id}/duplicate`)).status).toBe(404);
    await bench.owner('PATCH', `/workflows/${id}`, { isPublic: true });
    expect((await bench.stranger('POST', `/workflows/${id}/run`, {})).status).toBe(403);

    const copy = await bench.stranger('POST', `/workflows/${id}/duplicate`, { name: 'Mine' });

    expect(copy.body).toMatchObject({ name: 'Mine', createdBy: bench.people.stranger.id, isPublic: false });
    expect(JSON.stringify(copy.body)).not.toMatch(/private|cred_/);
    expect(
      (await bench.stranger('POST', `/workflows/${copy.body.id}/test`, { upTo: 'set', pinned: { call: [] } }))
        .status,
    ).toBe(202);
  });
});

describe('the list of workflows', () => {
  it('is picked by tag, by text, by name and by whether it is active', async () => {
    const { id } = await aWorkflow(chain(webhook()), {
      name: 'Alpha',
      description: 'Sends INVOICES',
      tags: ['x', 'y'],
    });
    await aWorkflow(chain(webhook()), { name: 'Beta', tags: ['y'] });
    await bench.owner('POST', `/workflows/${id}/publish`);
    const names = async (query: string) =>
      (await bench.owner('GET', `/workflows?${query}`)).body.data.map(({ name }: { name: string }) => name);

    expect(await names('tag=x')).toEqual(['Alpha']);
    expect(await names('tag=y')).toEqual(['Beta', 'Alpha']);
    expect(await names('q=invoice')).toEqual(['Alpha']);
    expect(await names('active=true')).toEqual(['Alpha']);
    expect(await names('active=false')).toEqual(['Beta']);
    expect(await names('name=B')).toEqual(['Beta']);
    expect(await names('tag=nothing')).toEqual([]);
    const first = (await bench.owner('GET', '/workflows?tag=y&limit=1')).body;
    expect(await names(`tag=y&limit=1&cursor=${first.nextCursor}`)).toEqual(['Alpha']);
  });
});
