import { AppError, type ErrorCode } from './errors.ts';

/** To catch with: an error of this code tells that somebody else was first, and all is as it should be. Others are thrown on. */
const unless =
  (code: ErrorCode) =>
  (error: unknown): void => {
    if (!(error instanceof AppError && error.code === code)) throw error;
  };

/** Where something is removed that another may have removed meanwhile. */
export const unlessGone = unless('resource.notFound');

/** Where something is put once. */
export const unlessThere = unless('resource.conflict');
