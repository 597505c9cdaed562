import type { TemplateRecord } from '../store/templates.ts';
import type { Template } from './template.ts';

type Requirements = Pick<Template, 'credentials' | 'values' | 'sampleInput'>;

const NOTHING: Requirements = { credentials: [], values: [], sampleInput: [] };

/** A row as a template like those that are built in. */
export const savedTemplate = (row: TemplateRecord): Template => ({
  id: row.id,
  name: row.name,
  description: row.description ?? '',
  category: row.category ?? '',
  tags: row.tags,
  isFeatured: row.isFeatured,
  isBuiltIn: false,
  revision: row.revision,
  definition: JSON.parse(row.definition) as Template['definition'],
  ...(row.requirements === null ? NOTHING : (JSON.parse(row.requirements) as Requirements)),
});
