import { ENV } from '../shared/adapters/names.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the stacks have told this function. Read when it is first needed: no function is told everything. */
export const need = (env: Environment, name: keyof typeof ENV): string => {
  const value = env[ENV[name]];
  if (value) return value;
  throw new Error(
    `This function was to find ${ENV[name]} in its environment. The stacks set it where it is granted.`,
  );
};
