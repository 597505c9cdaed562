/** One of the five fields: what it is called, what it may hold, and names for its values. */
export interface FieldRule {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of values, from `min` on. */
  readonly names: readonly string[];
  /** Accepted beside `max`, and meaning `min`: Sunday is 0 and 7. */
  readonly alsoMin?: number;
  /** What else may stand in it, besides numbers, for messages. */
  readonly special?: string;
}

export type FieldResult = { readonly values: readonly number[] } | { readonly problem: string };

const TERM = /^(\*|[A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?(?:\/([0-9]+))?$/;

/** The values of one term between commas: `*`, `5`, `1-5`, `MON-FRI`, `10-40/10`. */
export const parseTerm = (term: string, rule: FieldRule): FieldResult => {
  const [, first, last, step] = TERM.exec(term) ?? [];
  if (first === undefined) return problem(term, rule);
  if (first === '*' && last !== undefined) return problem(term, rule);
  const every = step === undefined ? 1 : Number(step);
  if (every < 1 || every > rule.max) {
    return { problem: `${rule.name}: the step of "${term}" must be from 1 to ${rule.max}` };
  }
  const from = first === '*' ? rule.min : numberOf(first, rule);
  // "5/15" means from 5 on, as on AWS.
  const to =
    last === undefined ? (first === '*' || step !== undefined ? rule.max : from) : numberOf(last, rule);
  if (from === null || to === null) return problem(term, rule);
  // "FRI-SUN" ends on the Sunday that follows.
  const end = from > to && to === rule.min && rule.alsoMin !== undefined ? rule.alsoMin : to;
  if (from > end) {
    return { problem: `${rule.name}: the range "${term}" ends before it begins` };
  }
  const count = Math.floor((end - from) / every) + 1;
  const values = Array.from({ length: count }, (_, index) => from + index * every);
  return { values: values.map((value) => (value === rule.alsoMin ? rule.min : value)) };
};

const numberOf = (text: string, rule: FieldRule): number | null => {
  if (/^\d{1,2}$/.test(text)) {
    const value = Number(text);
    if (value === rule.alsoMin) return rule.alsoMin;
    return value >= rule.min && value <= rule.max ? value : null;
  }
  const named = rule.names.indexOf(text.toUpperCase());
  return named < 0 ? null : rule.min + named;
};

const problem = (term: string, { name, min, max, names, special }: FieldRule): { problem: string } => {
  const named = names.length > 0 ? ` or ${names[0]}–${names.at(-1)}` : '';
  const more = special === undefined ? '' : `, ${special}`;
  return {
    problem: `${name}: "${term}" is none of *, a number from ${min} to ${max}${named}, a range like a-b, a step like */n${more}`,
  };
};
