import type { ExpressionScope } from '../../engine/expression/scope.ts';
import type { Item, Json } from '../../engine/item.ts';
import type { Platform } from '../platform.ts';

type Template = { evaluate(scope: ExpressionScope): Promise<Json | undefined> };

const MOST_KEPT = 500;
const kept = new Map<string, Template>();

/**
 * Evaluates an expression that sees nothing but a request: there is no execution yet. The language is loaded when a
 * webhook first needs it. Throws NodeError `expression.…`.
 */
export const evaluateForRequest = async (
  { clock, random }: Platform,
  text: string,
  request: Item,
): Promise<Json | undefined> => {
  const template = kept.get(text) ?? (await compiled(text));
  return template.evaluate({
    json: request.json,
    item: request,
    items: [request],
    index: 0,
    input: { main: [request] },
    trigger: request,
    vars: {},
    secretVars: {},
    execution: { id: '', mode: 'production' },
    workflow: { id: '', name: '' },
    now: clock.now(),
    timezone: 'UTC',
    random: random.number,
    node: () => undefined,
  });
};

const compiled = async (text: string): Promise<Template> => {
  const { parseTemplate, evaluateTemplate } = await import('../../engine/expression/template.ts');
  const parsed = parseTemplate(text);
  const template: Template = { evaluate: async (scope) => evaluateTemplate(parsed, scope) };
  kept.set(text, template);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return template;
};
