import type { Template } from '../../shared/templates/template.ts';

/** What a list tells of a template. */
export const summaryOf = ({
  id,
  name,
  description,
  category,
  tags,
  isFeatured,
  isBuiltIn,
  definition,
}: Template) => ({
  id,
  name,
  description,
  category,
  tags,
  isFeatured,
  isBuiltIn,
  nodeTypes: [...new Set(definition.nodes.map(({ type }) => type))].sort(),
});

export const answerOf = (template: Template) => ({ ...template, ...summaryOf(template) });
