/** Why Stepwell cannot start, in one line that says what to do. Printed without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export const errorCode = (thrown: unknown): string | undefined =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;

/** The one line for whatever stopped the start. */
export const startMessage = (thrown: unknown): string => {
  if (thrown instanceof StartError) return thrown.message;
  const code = errorCode(thrown);
  if (code === 'ENOSPC') return 'There is no room left on the disk. Make some and start again.';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return `A file or port may not be used: ${String(thrown)}`;
  return thrown instanceof Error ? thrown.message : String(thrown);
};
