import type { Json, JsonObject } from '../../engine/item.ts';

/** What stands in a document, as far as it is what it should be: nothing else of it is looked at. */
export const objectOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
export const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** A parameter of a node in a JSONata path. */
export const pathTo = (...names: readonly string[]): string =>
  ['$parameters', ...names.map((name) => `\`${name.replaceAll('`', '')}\``)].join('.');
