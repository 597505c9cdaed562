import { makeFiles } from '../../engine/files.ts';
import type { BinaryRef, Item } from '../../engine/item.ts';
import { executionIdOf } from '../../shared/executions/accept.ts';
import type { Exchange } from '../../shared/http/exchange.ts';
import type { Platform } from '../../shared/platform.ts';
import { type Lifetime, portInClass } from '../../shared/store/lifetime.ts';
import type { Addressed } from './repeat.ts';
import type { SentFile } from './request-body.ts';
import { bytesOf } from './request-item.ts';

/**
 * Puts the files of a request where its execution will keep them. A repeat brings none: the execution that it finds has
 * those of the first.
 */
export const withFiles = async (
  { stores, payloads, random }: Platform,
  request: {
    readonly lifetime: Lifetime;
    readonly delivery: Addressed | undefined;
    readonly item: Item;
    readonly files: readonly SentFile[];
  },
): Promise<{ readonly id: string; readonly items: readonly Item[] }> => {
  const { lifetime, delivery, item, files: sent } = request;
  const id = executionIdOf({ delivery });
  if (sent.length === 0) return { id, items: [item] };
  if (delivery && (await stores.executions.get(id))) return { id, items: [item] };
  const files = makeFiles({ payloads: portInClass(payloads, lifetime), random }, id);
  const saved = await Promise.all(
    sent.map(
      async ({ name, fileName, mediaType, bytes }): Promise<[string, BinaryRef]> => [
        name,
        await files.save(bytes, { fileName, mediaType }),
      ],
    ),
  );
  return { id, items: [{ ...item, binary: Object.fromEntries(saved) }] };
};

/** The files of a request, with the body as one more where the trigger wants it byte by byte. */
export const filesOf = (
  exchange: Exchange,
  { files }: { readonly files: readonly SentFile[] },
  { rawBody }: { readonly rawBody: boolean },
): readonly SentFile[] => {
  if (!rawBody) return files;
  const mediaType = exchange.headers['content-type'] ?? 'application/octet-stream';
  return [...files, { name: 'rawBody', fileName: undefined, mediaType, bytes: bytesOf(exchange) }];
};
