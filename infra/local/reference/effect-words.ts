import type { Effect, NodeType } from '../../../engine/nodes/define-node.ts';
import type { JsonSchema } from '../../../shared/contracts/schema-book.ts';
import { code } from './markdown.ts';

const MEANINGS: Readonly<Record<Effect, string>> = {
  pure: 'changes nothing outside',
  read: 'reads from outside; safe to repeat',
  write: 'acts on the outside; recorded before it does, and repeated under the same key',
};

/** What a node does to the outside; by one of its parameters, where that decides. */
export const effectOf = (type: NodeType, schema: JsonSchema): string => {
  const usual = effectWith(type, {});
  for (const [name, parameter] of Object.entries(schema.properties ?? {})) {
    const choices = (parameter as JsonSchema).enum ?? [];
    const byEffect = Map.groupBy(choices, (choice) => effectWith(type, { [name]: choice as string }));
    if (byEffect.size > 1)
      return [...byEffect]
        .map(
          ([effect, of]) =>
            `${meaning(effect)}, where ${code(name)} is ${of.map((each) => code(String(each))).join(', ')}`,
        )
        .join('. ');
  }
  return meaning(usual);
};

const meaning = (effect: Effect): string => `${code(effect)}: ${MEANINGS[effect]}`;

const effectWith = (type: NodeType, changed: Readonly<Record<string, string>>): Effect => {
  const read = type.parameters.safeParse({ ...type.example.parameters, ...changed });
  return type.effect(read.success ? read.data : { ...type.example.parameters, ...changed });
};
