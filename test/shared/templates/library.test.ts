import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definitionSchema } from '../../../engine/definition.ts';
import { validateDefinition } from '../../../engine/index.ts';
import { nodeTypes } from '../../../engine/nodes/registry.ts';
import { LIBRARY } from '../../../shared/templates/library.ts';
import { withValue } from '../../../shared/templates/path.ts';

const FOLDER = new URL('../../../shared/templates/library/', import.meta.url);

describe('the library of templates', () => {
  it('has a line for each file, and forty or more', () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.ts$/, ''));
    expect(LIBRARY.map(({ id }) => id)).toEqual(files.sort());
    expect(files.length).toBeGreaterThanOrEqual(40);
  });

  it('is run, each template of it', () => {
    const tests = new URL('./library/', import.meta.url);
    const text = readdirSync(tests)
      .map((name) => readFileSync(new URL(name, tests), 'utf8'))
      .join();
    expect(LIBRARY.filter(({ id }) => !text.includes(`runTemplate('${id}'`)).map(({ id }) => id)).toEqual([]);
  });

  it('is run with nothing in the place of an adapter', () => {
    const folder = new URL('./', import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && name !== 'library.test.ts',
    );
    const standIn = /fake-ai|client-mock|vi\.(?:mock|fn|spyOn)|NO_(?:MAIL|AWS)\b/;
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((name) => standIn.test(readFileSync(new URL(name, folder), 'utf8')))).toEqual([]);
  });

  it('uses most of the catalogue', () => {
    const used = new Set(LIBRARY.flatMap(({ definition }) => definition.nodes.map(({ type }) => type)));
    expect(used.size).toBeGreaterThanOrEqual(45);
  });
});

describe.each(LIBRARY.map((template) => [template.id, template] as const))(
  'the template %s',
  (_, template) => {
    const { definition, credentials, values } = template;

    it('is valid but for what has to be filled in', () => {
      const allowed = values.map(({ path }) => {
        const [nodeId, ...keys] = path.split('.');
        const index = definition.nodes.findIndex(({ id }) => id === nodeId);
        return `/nodes/${index}/parameters/${keys.join('/')}`;
      });
      const { problems } = validateDefinition(definitionSchema.parse(definition));
      const unexpected = problems.filter(
        ({ pointer, message }) => !(allowed.includes(pointer) && /model|workflow/i.test(pointer + message)),
      );
      expect(unexpected).toEqual([]);
    });

    it('names every credential that it needs, by types that the node takes', () => {
      const needing = definition.nodes.filter(({ type }) => MUST_SIGN_IN.test(type)).map(({ id }) => id);
      expect(credentials.map(({ nodeId }) => nodeId)).toEqual(expect.arrayContaining(needing));
      for (const { nodeId, types } of credentials) {
        const { type } = definition.nodes.find(({ id }) => id === nodeId) ?? { type: '' };
        expect(nodeTypes.get(type)?.credentialTypes).toEqual(expect.arrayContaining([...types]));
      }
    });

    it('names every model and workflow, and only paths there are', () => {
      const asking = definition.nodes.flatMap(({ id, type }) =>
        nodeTypes.get(type)?.isAi ? [`${id}.model`] : type === 'flow.subworkflow' ? [`${id}.workflowId`] : [],
      );
      expect(values.map(({ path }) => path)).toEqual(expect.arrayContaining(asking));
      for (const { path } of values) expect(withValue(definition.nodes, path, 'x')).not.toBeNull();
    });

    it('says what it does, and what its trigger might bring', () => {
      expect(template.description.length).toBeGreaterThan(40);
      expect(template.tags.length).toBeGreaterThan(2);
      expect(template.sampleInput.length).toBeGreaterThan(0);
    });
  },
);

/** Node types that do nothing without a credential, or without the deployment’s role. */
const MUST_SIGN_IN = /^(?:slack|discord|teams|telegram|email)\.send$|^sql\.|^aws\./;
