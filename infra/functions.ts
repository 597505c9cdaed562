import { RESOURCES } from './resources.ts';

/** Every function there is, by its folder below `functions/`. */
export const FUNCTIONS: readonly string[] = [
  ...RESOURCES.map(({ name }) => name),
  'event-dispatch',
  'hooks',
  'interpreter',
  'operator',
  'sandbox',
  'schedule-firing',
  'suggester',
  'sweeper',
  'deployment',
];
