import { notFound } from '../auth/visibility.ts';
import type { Stores } from '../store/stores.ts';

const PAGE = 100;
const TYPES: readonly string[] = ['agent', 'llm'];

/** The model that is asked: the one named, or the first that is active, those good with tools before others; null without any. */
export const languageModel = async (
  { aiModels }: Pick<Stores, 'aiModels'>,
  named: string | undefined,
  caller: string,
): Promise<string | null> => {
  if (named !== undefined) {
    const model = await aiModels.get(named);
    if (model?.isActive && TYPES.includes(model.type)) return model.id;
    throw notFound('active language model');
  }
  const { data } = await aiModels.list({ limit: PAGE, caller });
  const usable = data.filter(({ isActive, type }) => isActive && TYPES.includes(type));
  const [first] = usable.toSorted((one, other) => TYPES.indexOf(one.type) - TYPES.indexOf(other.type));
  return first?.id ?? null;
};
