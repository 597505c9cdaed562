import { Logger } from '@aws-lambda-powertools/logger';
import { once } from '../shared/once.ts';

const logger = once(() => new Logger());

const LEVELS = { error: 'error', warn: 'warn', info: 'info', debug: 'debug' } as const;
const isLevel = (level: unknown): level is keyof typeof LEVELS =>
  typeof level === 'string' && Object.hasOwn(LEVELS, level);

/** One line of the log, with what Powertools adds: service, trace, request. */
export const log = (entry: object): void => {
  const { level, message, ...rest } = entry as { readonly level?: unknown; readonly message?: unknown };
  logger()[isLevel(level) ? level : 'info'](typeof message === 'string' ? message : '', rest);
};
