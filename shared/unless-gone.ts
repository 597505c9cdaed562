import { AppError } from './errors.ts';

/** To catch with, where something is removed that another may have removed meanwhile: then all is as it should be. */
export const unlessGone = (error: unknown): void => {
  if (!(error instanceof AppError && error.code === 'resource.notFound')) throw error;
};
