import type { Json } from '../../engine/item.ts';
import { REDACTED } from '../executions/redaction.ts';

/** Shorter ones stand in other texts by chance. */
const SHORTEST = 4;

/** What a redaction has hidden, as texts; to be hidden wherever else it stands. */
export const hiddenValues = (whole: Json, redacted: Json | undefined): readonly string[] => {
  if (whole === redacted) return [];
  if (typeof whole !== 'object' || whole === null) {
    const text = String(whole);
    return redacted === REDACTED && text.length >= SHORTEST ? [text] : [];
  }
  return Object.entries(whole).flatMap(([name, value]) =>
    hiddenValues(
      value as Json,
      redacted === REDACTED ? REDACTED : (redacted as Readonly<Record<string, Json>> | undefined)?.[name],
    ),
  );
};
