import type { z } from 'zod';

/** Something wrong with a definition, and where. */
export interface DefinitionProblem {
  /** A JSON pointer into the definition (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
  readonly code: string;
  readonly nodeId?: string;
  readonly severity: 'error' | 'warning';
}

const problem =
  (severity: DefinitionProblem['severity']) =>
  (code: string, pointer: string, message: string, nodeId?: string): DefinitionProblem => ({
    pointer,
    message,
    code,
    severity,
    ...(nodeId === undefined ? {} : { nodeId }),
  });

export const error = problem('error');
export const warning = problem('warning');

/** RFC 6901. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Where an issue is and what it says. Fields that nobody knows stand at their own places, not at that of their object. */
export const fieldsOf = (issue: z.core.$ZodIssue): [path: readonly PropertyKey[], message: string][] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => [[...issue.path, key], issue.message])
    : [[issue.path, issue.message]];
