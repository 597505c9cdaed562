import { notFound } from '../../shared/auth/visibility.ts';
import { AppError } from '../../shared/errors.ts';
import type { Platform } from '../../shared/platform.ts';
import type { LoadedExecution } from '../../shared/store/executions.ts';

/** An execution that an operator may still do something about. */
export const openExecution = async ({ stores }: Platform, executionId: string): Promise<LoadedExecution> => {
  const loaded = await stores.executions.load(executionId);
  if (!loaded) throw notFound('execution');
  if (loaded.record.finishedAt === null) return loaded;
  throw new AppError('resource.conflict', `The execution has ended already: ${loaded.record.status}.`);
};
