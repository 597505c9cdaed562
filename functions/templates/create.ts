import { typesFor } from '../../shared/catalogue/custom-types.ts';
import { createTemplate } from '../../shared/contracts/templates.ts';
import { AppError } from '../../shared/errors.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { savedTemplate } from '../../shared/templates/saved.ts';
import { stripped } from '../../shared/templates/strip.ts';
import { readableWorkflow, versionOf } from '../../shared/workflows/access.ts';
import { answerOf } from './answer.ts';

/** A row of DynamoDB holds 400 KiB; the rest of it is small. */
const MAX_BYTES = 350 * 1024;

export const create = defineHandler(createTemplate, async ({ body, caller, platform }) => {
  const { stores } = platform;
  const { workflowId, version, sampleInput, ...about } = body;
  const workflow = await readableWorkflow({ caller, platform }, workflowId);
  const { definition: whole } = await versionOf(platform, workflow.id, version ?? workflow.version);
  const types = await typesFor(stores, whole.nodes);
  const { definition, credentials, values } = stripped(whole, (type) => types.get(type));
  const row = {
    name: about.name ?? workflow.name,
    description: about.description === undefined ? workflow.description : about.description,
    category: about.category,
    tags: about.tags ?? workflow.tags,
    isFeatured: about.isFeatured,
    definition: JSON.stringify(definition),
    requirements: JSON.stringify({ credentials, values, sampleInput }),
  };
  const bytes = Buffer.byteLength(JSON.stringify(row));
  if (bytes > MAX_BYTES)
    throw new AppError('request.tooLarge', `The template has ${bytes} bytes; ${MAX_BYTES} are allowed.`);
  const template = await stores.templates.create(row);
  return { body: answerOf(savedTemplate(template)), etag: template.revision };
});
