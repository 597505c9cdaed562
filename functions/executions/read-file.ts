import { NodeError } from '../../engine/errors.ts';
import { filesPrefix } from '../../engine/files.ts';
import { notFound } from '../../shared/auth/visibility.ts';
import { readExecutionFile } from '../../shared/contracts/executions.ts';
import { defineHandler } from '../../shared/http/define-handler.ts';
import { MAX_BODY_BYTES } from '../../shared/http/json-body.ts';
import { portInClass } from '../../shared/store/lifetime.ts';
import { ownExecution } from './access.ts';

/** What is in a file came from anywhere: a browser is to keep it and not to show it. */
const HEADERS = { 'content-disposition': 'attachment', 'cache-control': 'private, no-store' };

export const readFile = defineHandler(readExecutionFile, async ({ params, query, caller, platform }) => {
  const { id, lifetime } = await ownExecution({ caller, platform }, params.executionId);
  const payloads = portInClass(platform.payloads, lifetime);
  try {
    const chunks = await payloads.read(`${filesPrefix(id)}${params.fileId}`);
    const { piece, isLast } = await pieceOf(chunks, query.from);
    const headers: Record<string, string> = { ...HEADERS };
    if (!isLast) headers['stepwell-next'] = String(query.from + piece.length);
    return { body: piece, headers };
  } catch (thrown) {
    if (thrown instanceof NodeError && thrown.code === 'payload.missing') throw notFound('file');
    throw thrown;
  }
});

/** As much as an answer holds, from a byte on; what comes after it is not read. */
const pieceOf = async (
  chunks: AsyncIterable<Uint8Array>,
  from: number,
): Promise<{ readonly piece: Uint8Array; readonly isLast: boolean }> => {
  const taken: Uint8Array[] = [];
  let [skip, size] = [from, 0];
  for await (const chunk of chunks) {
    const rest = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - rest.length;
    taken.push(rest.subarray(0, MAX_BODY_BYTES - size));
    size += rest.length;
    if (size > MAX_BODY_BYTES) return { piece: Buffer.concat(taken), isLast: false };
  }
  return { piece: Buffer.concat(taken), isLast: true };
};
