import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateDefinition } from '../../engine/index.ts';
import { createWorkflow } from '../../shared/contracts/workflows.ts';

const bodySchema = createWorkflow.body ?? expect.fail('createWorkflow takes a body');
const FOLDER = new URL('../../examples/', import.meta.url);
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const readme = readFileSync(new URL('README.md', FOLDER), 'utf8');

describe.each(files)('%s', (file) => {
  const example: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));

  it('is a body of POST /workflows whose definition has no problems', () => {
    const body = bodySchema.parse(example);

    expect(validateDefinition(body.definition).problems).toEqual([]);
  });

  it('is told of in the README', () => {
    expect(readme).toContain(`\`${file}\``);
  });
});
