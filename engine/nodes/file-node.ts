import { z } from 'zod';
import type { BinaryRef, Item, JsonObject } from '../item.ts';
import type { FilePort } from '../ports.ts';
import { defineNode, type NodeCall, type NodeType } from './define-node.ts';
import { fileParameter } from './file-content.ts';
import { fileOf } from './item-file.ts';

const common = (operations: readonly [string, string]) => ({
  operation: z
    .enum(operations)
    .default(operations[0])
    .meta({
      title: 'Operation',
      description: `${operations[0]}: of a file of each item. ${operations[1]}: one file of all items.`,
    }),
  file: fileParameter,
});

type Common = z.output<z.ZodObject<ReturnType<typeof common>>>;

interface Files {
  readonly files: FilePort;
  readonly signal: AbortSignal;
}

interface FileNode<Shape extends z.ZodRawShape>
  extends Pick<NodeType, 'type' | 'name' | 'description' | 'icon' | 'example' | 'check'> {
  /** What taking a file apart and making one are called. */
  readonly operations: readonly [string, string];
  readonly shape: Shape;
  /** The items that a file becomes. */
  readonly take: (
    file: BinaryRef,
    given: z.output<z.ZodObject<Shape>>,
    world: Files,
    item: Item,
  ) => Promise<readonly Item[]>;
  /** The file that items become, and what is said of it. */
  readonly make: (
    items: readonly Item[],
    given: z.output<z.ZodObject<Shape>> & Common,
    world: Files,
  ) => Promise<{ readonly file: BinaryRef; readonly json: JsonObject }>;
}

/** A node for one format: it takes files apart into items, and makes a file of items. */
export const defineFileNode = <Shape extends z.ZodRawShape>(written: FileNode<Shape>) => {
  const { operations, shape, take, make, check, ...about } = written;
  type Given = z.output<z.ZodObject<Shape>> & Common;
  return defineNode({
    ...about,
    category: 'Files',
    effect: 'read',
    parameters: z.strictObject({ ...common(operations), ...shape }) as unknown as z.ZodType<Given>,
    ...(check && { check }),
    execute: async ({ parameters, items, files, signal }: NodeCall<Given>) => {
      const world = { files, signal };
      if (parameters.operation === operations[1]) {
        const { file, json } = await make(items, parameters, world);
        return {
          outputs: { main: [{ json, binary: { [parameters.file]: file } }] },
          pairing: { main: 'all' },
        };
      }
      const main: Item[] = [];
      const pairing: number[] = [];
      for (const [index, item] of items.entries()) {
        signal.throwIfAborted();
        for (const made of await take(fileOf(item, parameters.file), parameters, world, item)) {
          main.push(made);
          pairing.push(index);
        }
      }
      return { outputs: { main }, pairing: { main: pairing } };
    },
  });
};

/** What an item that carries a new file says of it. */
export const aboutFile = ({ fileName, size }: BinaryRef, more: JsonObject = {}): JsonObject => ({
  ...(fileName === undefined ? {} : { fileName }),
  size,
  ...more,
});
