/** The attributes of an item, in DynamoDB's own JSON. */
export type Attributes = Record<string, Attribute>;

interface Attribute {
  S?: string;
  N?: string;
  B?: string | Uint8Array;
  M?: Attributes;
  L?: Attribute[];
}

/** For JSON.stringify: bytes travel in base64. A Buffer has turned itself into a list of numbers by now, hence the look at its holder. */
export function bytesToText(this: unknown, key: string, value: unknown): unknown {
  if (key !== 'B') return value;
  const bytes: unknown = (this as { readonly B?: unknown }).B;
  if (!(bytes instanceof Uint8Array)) return value;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** Turns it back, in place. */
export const bytesFromText = (item: Attributes): void => decodeAll(Object.values(item));

const decodeAll = (attributes: readonly Attribute[]): void => {
  for (const attribute of attributes) {
    if (typeof attribute.B === 'string') attribute.B = Buffer.from(attribute.B, 'base64');
    else if (attribute.M) decodeAll(Object.values(attribute.M));
    else if (attribute.L) decodeAll(attribute.L);
  }
};
