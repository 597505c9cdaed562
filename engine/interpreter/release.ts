/** Recorded with each execution, so that a later release can tell whose journal it reads. */
export const ENGINE_RELEASE = '0.1.0';
