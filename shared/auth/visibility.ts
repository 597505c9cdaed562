import { AppError } from '../errors.ts';
import type { Caller } from './caller.ts';

interface Owned {
  readonly createdBy: string;
}

/** A user reads their own and what is public, an admin everything. */
export const canRead = (caller: Caller, workflow: Owned & { readonly isPublic: boolean }): boolean =>
  workflow.isPublic || canWrite(caller, workflow);

export const canWrite = (caller: Caller, owned: Owned): boolean =>
  caller.role === 'admin' || owned.createdBy === caller.userId;

/** What may not be seen is not there: never 403, which would say that it exists. */
export const notFound = (what: string): AppError =>
  new AppError('resource.notFound', `There is no such ${what}, or it is not yours to see.`);
